using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Nosnet.Protocol;
using SimpleBase;

namespace Nosnet.Server;

/// <summary>A port of a job that answers from outside, under an id that clients derive for themselves.</summary>
internal readonly record struct ExposedService(string OpId, int Port, string Id)
{
    private const int IdLength = 44;

    /// <summary>The ports with a fixed number. Where any operation is private, clients know none, and so does this list.</summary>
    public static IReadOnlyList<ExposedService> Of(JobDefinition definition, JobAddress job)
    {
        var services = new List<ExposedService>();
        for (var index = 0; index < definition.Ops.Count; index++)
        {
            if (definition.Ops[index] is not ContainerRun run || run.Expose.Count == 0)
                continue;
            if (run.Private)
                return [];
            foreach (var port in run.Expose.OfType<ExposedPort>())
                services.Add(new ExposedService(run.Id, port.Port, IdOf(index, port.Port, job)));
        }

        return services;
    }

    /// <summary>By the index of the operation, as official clients compute it.</summary>
    private static string IdOf(int operation, int port, JobAddress job)
    {
        var digest = SHA512.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{operation}:{port}:{job}")));
        return Base58.Bitcoin.Encode(digest)[..IdLength];
    }
}
