namespace Nosnet.Storage.Tests;

public sealed class SqliteCheckpointsTests : IDisposable
{
    private const int PageSize = 4096;
    private const int BeginAt = 50;
    private const int EndAt = 500;
    private const int Most = 100_000;

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("nosnet-checkpoints-").FullName, "network.db");

    [Fact]
    public void The_log_begins_anew_however_long_it_is_written_without_a_pause()
    {
        var database = new SqliteDatabase(_path);
        var written = 0L;
        using (var lane = database.OpenWriter(["CREATE TABLE piece (content BLOB NOT NULL);"]))
        using (var checkpoints = new SqliteCheckpoints(database, lane, BeginAt, EndAt))
        {
            // How long the thread takes is the machine's to say; a log that never begins anew holds every page that was written.
            for (; written < Most && LogPages() * 2 > written || written < EndAt; written++)
            {
                SqliteDatabase.Execute(lane, $"INSERT INTO piece VALUES (zeroblob({PageSize}))");
                checkpoints.AfterCommit();
            }

            LogPages().ShouldBeLessThanOrEqualTo(written / 2);
        }

        using var reader = database.OpenReader();
        using var count = reader.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM piece";
        count.ExecuteScalar().ShouldBe(written);
    }

    private long LogPages() => new FileInfo(_path + "-wal").Length / PageSize;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
}
