using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class UnixFsImporterTests
{
    private const int Chunk = UnixFsImporter.ChunkSize;
    private const int Fan = UnixFsImporter.Links;
    private const long Largest = 50 * 1024 * 1024;

    [Fact]
    public void An_empty_file_has_its_known_CID() =>
        UnixFsImporter.CidOf([]).ToString().ShouldBe("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH");

    [Fact]
    public void Hello_world_has_its_known_CID() =>
        UnixFsImporter.CidOf("hello world\n"u8).ToString().ShouldBe("QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o");

    [Fact]
    public async Task The_CIDs_of_200_random_files_are_those_of_the_reference_importer()
    {
        long[] edges =
        [
            0, 1, 127, 128, 16383, 16384, Chunk - 1, Chunk, Chunk + 1, 2 * Chunk - 1, 2 * Chunk, 2 * Chunk + 1,
            (Fan - 1) * Chunk + 1, Fan * Chunk - 1, Fan * Chunk, Fan * Chunk + 1, (Fan + 1) * Chunk, Largest,
        ];
        var random = new Random(20240229);
        var files = edges
            // Small files have more edges than large ones, so sizes are random in their order of magnitude.
            .Concat(Enumerable.Range(0, 200 - edges.Length).Select(_ => (long)Math.Pow(Largest, random.NextDouble())))
            .Select((size, index) => new ReferenceFile((uint)index + 1, size, Chunk, Fan))
            .ToArray();
        files.Length.ShouldBe(200);

        await ShouldBeAsTheReferenceImports(files);
    }

    [Fact]
    public async Task Deep_trees_are_those_of_the_reference_importer()
    {
        // With chunks of 64 bytes under nodes of 3 links, small files make trees of up to 6 levels.
        var files = Enumerable.Range(0, 12).SelectMany(power => new long[] { -1, 0, 1 }.Select(off => 64 * (long)Math.Pow(3, power / 2.0) + off))
            .Concat(Enumerable.Range(1, 60).Select(size => size * 331L))
            .Select((size, index) => new ReferenceFile((uint)index + 1, size, ChunkSize: 64, Links: 3))
            .ToArray();

        await ShouldBeAsTheReferenceImports(files);
    }

    private static async Task ShouldBeAsTheReferenceImports(ReferenceFile[] files)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var reference = ReferenceImporter.ImportAsync(files, cancellation);
        var ours = new List<UnixFsFile>();
        foreach (var file in files)
        {
            await using var content = new RandomFile(file.Seed, file.Size);
            ours.Add(await UnixFsImporter.ImportAsync(content, _ => ValueTask.CompletedTask, file.ChunkSize, file.Links, cancellation));
        }

        ours.ShouldBe(files.Zip(await reference, (file, result) => new UnixFsFile(result.Cid, file.Size, result.StoredSize)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(3 * Chunk + 7)]
    public async Task In_memory_and_streamed_a_file_gives_the_same_blocks(int size)
    {
        var bytes = RandomFile.Bytes(99, size);
        var (streamed, inMemory) = (new List<IpfsBlock>(), new List<IpfsBlock>());

        using var stream = new MemoryStream(bytes);
        var file = await UnixFsImporter.ImportAsync(
            stream,
            block =>
            {
                streamed.Add(Copy(block));
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        UnixFsImporter.Import(bytes, block => inMemory.Add(Copy(block))).ShouldBe(file);

        inMemory.Select(block => block.Cid).ShouldBe(streamed.Select(block => block.Cid));
        file.ShouldBe(new UnixFsFile(streamed[^1].Cid, size, streamed.Sum(block => block.Bytes.Length)));
        foreach (var block in streamed)
            IpfsBlock.CidOf(block.Bytes.Span).ShouldBe(block.Cid);
    }

    [Fact]
    public void Every_byte_counts() => Gen.Select(Gen.Int[1, 3 * Chunk], Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample(
        (size, position, change) =>
        {
            var bytes = RandomFile.Bytes(1, size);
            var before = UnixFsImporter.CidOf(bytes);
            bytes[position % size] ^= change;
            UnixFsImporter.CidOf(bytes).ShouldNotBe(before);
        },
        iter: 50);

    [Fact]
    public void Memory_does_not_grow_with_the_file()
    {
        const long size = 200L * 1024 * 1024;
        using var content = new RandomFile(5, size);
        var blocks = 0;

        // The stream answers at once, so that the whole import is over in this thread, whose allocations are counted.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var import = UnixFsImporter.ImportAsync(
            content,
            _ =>
            {
                blocks++;
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        import.IsCompletedSuccessfully.ShouldBeTrue();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        blocks.ShouldBe(800 + 5 + 1);
        allocated.ShouldBeInRange(UnixFsImporter.ChunkSize, 2 * 1024 * 1024);
    }

    [Fact]
    public async Task An_import_that_is_cancelled_ends()
    {
        using var cancellation = new CancellationTokenSource();
        await using var content = new RandomFile(5, Largest);

        await Should.ThrowAsync<OperationCanceledException>(() => UnixFsImporter.ImportAsync(
            content,
            async _ => await cancellation.CancelAsync(),
            cancellation.Token));
    }

    private static IpfsBlock Copy(IpfsBlock block) => block with { Bytes = block.Bytes.ToArray() };
}
