using System.Security.Cryptography;
using System.Text;

namespace Nosnet.Server;

/// <summary>The directory in which a network lives. It is open to its owner alone and held by one process at a time.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string LockName = "lock";
    private const string SecretName = "network.key";
    private const string StoreName = "network.db";
    private const string OperatorKeyName = "operator.key";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public string OperatorKeyPath => In(OperatorKeyName);

    public bool HasSecret => File.Exists(In(SecretName));

    /// <summary>Whether an embedded store is in it.</summary>
    public bool HasStore => File.Exists(In(StoreName));

    /// <exception cref="ServerSetupException">It cannot be made, or another process holds it.</exception>
    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, DirectoryMode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ServerSetupException($"The data directory {path} cannot be made: {failure.Message}", failure);
        }

        try
        {
            return new DataDirectory(path, new FileStream(System.IO.Path.Combine(path, LockName), Private(System.IO.FileMode.OpenOrCreate)));
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new ServerSetupException($"The data directory {path} is not open to this user: {failure.Message}", failure);
        }
        catch (IOException failure) when (!IsHeldByAnother(failure))
        {
            throw new ServerSetupException($"The data directory {path} cannot be written: {failure.Message}", failure);
        }
        catch (IOException failure)
        {
            throw new ServerSetupException($"Another process serves the data directory {path}. Stop that one, or choose another directory.", failure);
        }
    }

    /// <summary>The network's secret: made with a new network, and never without.</summary>
    /// <param name="isFounded">Whether the network is there already.</param>
    /// <exception cref="ServerSetupException">It is lost or damaged.</exception>
    public NetworkSecret ReadSecret(bool isFounded)
    {
        if (!HasSecret)
        {
            if (isFounded)
                throw new ServerSetupException($"{In(SecretName)} is missing. Every address of this network comes from it: restore it from a backup, or start with an empty directory.");
            Write(SecretName, RandomNumberGenerator.GetBytes(NetworkSecret.Length));
        }

        var bytes = File.ReadAllBytes(In(SecretName));
        if (bytes.Length != NetworkSecret.Length)
            throw new ServerSetupException($"{In(SecretName)} has {bytes.Length} bytes instead of {NetworkSecret.Length}. Restore it from a backup.");
        return new NetworkSecret(bytes);
    }

    /// <summary>The operator's key that was written before; null where there is none.</summary>
    public string? ReadOperatorKey() => File.Exists(OperatorKeyPath) ? File.ReadAllText(OperatorKeyPath).Trim() : null;

    public void WriteOperatorKey(string key) => Write(OperatorKeyName, Encoding.ASCII.GetBytes(key + "\n"));

    /// <summary>The file stays: to remove it would let two processes hold two files of one name.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>A sharing violation has no type of its own: it is known by the number of Windows, of Linux or of macOS.</summary>
    private static bool IsHeldByAnother(IOException failure) => failure.HResult is unchecked((int)0x80070020) or 11 or 35;

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        return options;
    }

    /// <summary>Written beside and renamed, so that a crash leaves the whole file or none.</summary>
    private void Write(string name, byte[] bytes)
    {
        var unfinished = In(name + ".new");
        using (var file = new FileStream(unfinished, Private(System.IO.FileMode.Create)))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, In(name), overwrite: true);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
