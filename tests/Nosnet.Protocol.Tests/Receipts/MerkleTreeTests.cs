using CsCheck;

namespace Nosnet.Protocol.Tests;

public sealed class MerkleTreeTests
{
    private static readonly Gen<(Bytes32[] Leaves, int Index)> Trees =
        Gen.Int[1, 70].SelectMany(count => Gen.Int[0, count - 1].Select(index => (Enumerable.Range(0, count).Select(i => MerkleTree.Leaf([(byte)i])).ToArray(), index)));

    [Fact]
    public void The_path_of_every_leaf_leads_to_the_root() => Trees.Sample((leaves, index) =>
        MerkleTree.RootOf(leaves[index], index, leaves.Length, MerkleTree.Path(leaves, index)).ShouldBe(MerkleTree.Root(leaves)));

    [Fact]
    public void The_path_of_one_leaf_leads_no_other_leaf_to_the_root() => Gen.Select(Trees, Gen.Int[0, 69]).Sample((tree, other) =>
    {
        var (leaves, index) = tree;
        if (other != index && other < leaves.Length)
        {
            MerkleTree.RootOf(leaves[other], index, leaves.Length, MerkleTree.Path(leaves, index)).ShouldNotBe(MerkleTree.Root(leaves));
            MerkleTree.RootOf(leaves[other], other, leaves.Length, MerkleTree.Path(leaves, index)).ShouldNotBe(MerkleTree.Root(leaves));
        }
    });

    [Fact]
    public void A_path_that_is_too_short_or_too_long_leads_nowhere() => Trees.Sample((leaves, index) =>
    {
        var path = MerkleTree.Path(leaves, index);
        MerkleTree.RootOf(leaves[index], index, leaves.Length, [.. path, leaves[0]]).ShouldBeNull();
        if (path.Count > 0)
            MerkleTree.RootOf(leaves[index], index, leaves.Length, [.. path.SkipLast(1)]).ShouldBeNull();
        MerkleTree.RootOf(leaves[index], leaves.Length, leaves.Length, path).ShouldBeNull();
        MerkleTree.RootOf(leaves[index], -1, leaves.Length, path).ShouldBeNull();
    });
}
