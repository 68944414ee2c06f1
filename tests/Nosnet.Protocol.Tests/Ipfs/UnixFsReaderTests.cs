using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class UnixFsReaderTests
{
    private readonly Dictionary<Cid, byte[]> _blocks = [];

    [Fact]
    public async Task What_was_imported_is_read_back()
    {
        foreach (var size in new[] { 0, 1, 1000, UnixFsImporter.ChunkSize, UnixFsImporter.ChunkSize + 1, 5_000_000 })
        {
            var bytes = RandomFile.Bytes(42, size);

            (await ReadAsync(Import(bytes).Root)).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task Deep_trees_are_read_back()
    {
        await using var content = new RandomFile(3, 100_000);
        var file = await UnixFsImporter.ImportAsync(content, Keep, chunkSize: 64, links: 3, TestContext.Current.CancellationToken);

        (await ReadAsync(file.Root)).ShouldBe(RandomFile.Bytes(3, 100_000));
    }

    [Fact]
    public async Task A_missing_block_is_named()
    {
        var file = Import(RandomFile.Bytes(1, UnixFsImporter.ChunkSize + 1));
        var leaf = UnixFsImporter.CidOf(RandomFile.Bytes(1, UnixFsImporter.ChunkSize));
        _blocks.Remove(leaf).ShouldBeTrue();

        var refusal = await Should.ThrowAsync<UnixFsException>(() => ReadAsync(file.Root));

        refusal.IsMissing.ShouldBeTrue();
        refusal.Block.ShouldBe(leaf);
        refusal.Message.ShouldBe($"The block {leaf} is not there.");
    }

    [Fact]
    public async Task A_block_that_was_changed_is_refused()
    {
        var file = Import("hello"u8);
        _blocks[file.Root][4] ^= 1;

        await ShouldRefuse(file.Root, $"What was given for the block {file.Root} does not have its hash.");
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused_at_its_root()
    {
        var file = Import(RandomFile.Bytes(1, 1000));

        (await Should.ThrowAsync<UnixFsException>(() => ReadAsync(file.Root, maxSize: 999))).Message.ShouldBe($"The file {file.Root} has 1000 bytes; 999 are allowed.");
        (await ReadAsync(file.Root, maxSize: 1000)).Length.ShouldBe(1000);
    }

    [Fact]
    public async Task A_part_that_is_longer_than_its_parent_says_is_refused()
    {
        var leaf = Import("hello"u8);
        var root = Store(DagPb.WriteParent([new UnixFsLink(leaf.Root, 4, 13), new UnixFsLink(leaf.Root, 6, 13)]));

        await ShouldRefuse(root, $"The block {leaf.Root} has 5 bytes of the file; its parent says 4.");
    }

    [Fact]
    public async Task A_chain_of_nodes_that_goes_on_and_on_is_refused()
    {
        var link = new UnixFsLink(Import("hello"u8).Root, 5, 13);
        for (var depth = 1; depth < UnixFsReader.MaxDepth; depth++)
            link = link with { Cid = Store(DagPb.WriteParent([link])) };
        (await ReadAsync(link.Cid)).ShouldBe("hello"u8.ToArray());

        var root = Store(DagPb.WriteParent([link]));

        await ShouldRefuse(root, $"The file {root} is nested more than 32 levels deep.");
    }

    [Fact]
    public async Task A_tree_of_empty_parts_that_would_never_end_is_refused()
    {
        var link = new UnixFsLink(Import([]).Root, 0, 6);
        for (var depth = 0; depth < 10; depth++)
            link = link with { Cid = Store(DagPb.WriteParent([.. Enumerable.Repeat(link, 174)])) };

        await ShouldRefuse(link.Cid, $"The block {link.Cid} cannot be read. The block links to a part without bytes.");
    }

    [Theory]
    [InlineData("", "The block is not part of a file: it has no data.")]
    [InlineData("FF", "The block is not a dag-pb node.")]
    [InlineData("0A05", "The block is not a dag-pb node.")]
    [InlineData("0A00", "The block is not part of a file but of a thing unknown.")]
    [InlineData("0A020801", "The block is not part of a file but of a directory.")]
    [InlineData("0A020804", "The block is not part of a file but of a symlink.")]
    [InlineData("0A020805", "The block is not part of a file but of a HAMT shard.")]
    [InlineData("0A020863", "The block is not part of a file but of a thing unknown.")]
    [InlineData("0A0208020A020802", "The block is not a dag-pb node: it has a field that there is none of, or its data twice.")]
    [InlineData("18050A020802", "The block is not a dag-pb node: it has a field that there is none of, or its data twice.")]
    [InlineData("0A0108", "The block is not UnixFS: its data cannot be read.")]
    [InlineData("0A0408021805", "The block claims 5 bytes, its parts have 0.")]
    [InlineData("0A0408022005", "The block has 0 links and sizes for 1.")]
    [InlineData("12021800" + "0A020802", "The block is not a dag-pb node: a link in it leads nowhere.")]
    [InlineData("1201FF" + "0A020802", "The block is not a dag-pb node: a link in it cannot be read.")]
    [InlineData("12040A020155" + "0A020802", "The block links to something other than a CIDv0, such as raw leaves; add the file again with CID version 0.")]
    public async Task A_block_that_is_no_part_of_a_file_is_refused(string hex, string sentence)
    {
        var root = Store(Convert.FromHexString(hex));

        await ShouldRefuse(root, $"The block {root} cannot be read. {sentence}");
    }

    [Fact]
    public void Sizes_beyond_all_files_are_refused()
    {
        var cid = UnixFsImporter.CidOf([]);
        byte[] largest = [0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        var link = new byte[38];
        new byte[] { 0x12, 36, 0x0A, 34 }.CopyTo(link, 0);
        cid.WriteMultihash(link.AsSpan(4));

        UnixFsNode.TryParse((byte[])[.. link, .. link, 0x0A, 22, 0x08, 2, .. largest, .. largest], out _, out var refusal).ShouldBeFalse();

        refusal.ShouldBe("The sizes of the block's parts are beyond all files.");
    }

    [Fact]
    public void Raw_leaves_in_files_of_old_and_data_beside_links_are_read()
    {
        var part = new UnixFsLink(UnixFsImporter.CidOf("x"u8), 1, 9);

        UnixFsNode.TryParse(Convert.FromHexString("0A0708001203616263"), out var raw, out _).ShouldBeTrue();
        raw.Data.ToArray().ShouldBe("abc"u8.ToArray());
        raw.Size.ShouldBe(3);

        var parent = DagPb.WriteParent([part]);
        UnixFsNode.TryParse(parent, out var node, out _).ShouldBeTrue();
        node.Links.ShouldBe([part]);
        node.Size.ShouldBe(1);
    }

    [Fact]
    public void Whatever_the_bytes_reading_a_block_ends_in_a_node_or_a_sentence() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[0, 60], Gen.Byte).Sample((tail, position, spice) =>
        {
            var bytes = DagPb.WriteParent([new UnixFsLink(UnixFsImporter.CidOf("x"u8), 1, 9)]).Concat(tail).ToArray();
            bytes[position % bytes.Length] = spice;

            var read = UnixFsNode.TryParse(bytes, out var node, out var refusal);

            (node is not null).ShouldBe(read);
            (refusal is null).ShouldBe(read);
        });

    private UnixFsFile Import(ReadOnlySpan<byte> content) => UnixFsImporter.Import(content, block => _blocks[block.Cid] = block.Bytes.ToArray());

    private ValueTask Keep(IpfsBlock block)
    {
        _blocks[block.Cid] = block.Bytes.ToArray();
        return ValueTask.CompletedTask;
    }

    private Cid Store(byte[] bytes)
    {
        var block = IpfsBlock.Of(bytes);
        _blocks[block.Cid] = bytes;
        return block.Cid;
    }

    private async Task<byte[]> ReadAsync(Cid root, long maxSize = long.MaxValue)
    {
        var reader = new UnixFsReader((cid, _) => ValueTask.FromResult(_blocks.TryGetValue(cid, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?)))
        {
            MaxSize = maxSize,
        };
        using var stream = new MemoryStream();
        await reader.CopyToAsync(root, stream, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    private async Task ShouldRefuse(Cid root, string message)
    {
        var refusal = await Should.ThrowAsync<UnixFsException>(() => ReadAsync(root));
        refusal.Message.ShouldBe(message);
        refusal.IsMissing.ShouldBeFalse();
    }
}
