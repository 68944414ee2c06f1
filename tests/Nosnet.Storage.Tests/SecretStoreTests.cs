using Nosnet.Engine;

namespace Nosnet.Storage.Tests;

/// <summary>What every store of secrets has to do.</summary>
public abstract class SecretStoreTests : StoresFixture
{
    private protected SecretStoreTests(PostgresCluster? cluster)
        : base(cluster)
    {
    }

    private ISecretStore Store => Stores.Secrets;

    [Fact]
    public async Task A_secret_comes_back_as_it_was_written()
    {
        var secret = Secret(7, "ONE") with { LastUsedAt = At.AddDays(1) };
        (await Store.WriteAsync(secret, most: 10, Cancellation)).ShouldBeTrue();
        ShouldBeTheSame(await Store.ReadAsync(7, "ONE", Cancellation), secret);
        (await Store.ReadAsync(7, "TWO", Cancellation)).ShouldBeNull();
        (await Store.ReadAsync(8, "ONE", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_value_leaves_when_it_was_made_and_used()
    {
        await Store.WriteAsync(Secret(1, "A"), most: 10, Cancellation);
        await Store.UseAsync(1, ["A", "NONE"], At.AddHours(1), Cancellation);
        await Store.WriteAsync(new SealedSecret(1, "A", new byte[] { 9 }, At.AddDays(1), At.AddDays(1)), most: 10, Cancellation);
        ShouldBeTheSame(await Store.ReadAsync(1, "A", Cancellation), new SealedSecret(1, "A", new byte[] { 9 }, At, At.AddDays(1), At.AddHours(1)));
    }

    [Fact]
    public async Task What_is_added_leaves_one_of_its_name_as_it_is()
    {
        var first = Secret(1, "A") with { LastUsedAt = At.AddDays(1) };
        (await Store.AddAsync(first, Cancellation)).ShouldBeTrue();
        (await Store.AddAsync(new SealedSecret(1, "A", new byte[] { 9 }, At.AddDays(1), At.AddDays(1)), Cancellation)).ShouldBeFalse();
        ShouldBeTheSame(await Store.ReadAsync(1, "A", Cancellation), first);
        (await Store.AddAsync(Secret(1, "B"), Cancellation)).ShouldBeTrue();
        (await Store.AddAsync(Secret(2, "A"), Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_those_that_are_added_at_once_one_stays()
    {
        var added = await Task.WhenAll(Enumerable.Range(1, 20).Select(value => Task.Run(async () => await Store.AddAsync(new SealedSecret(1, "A", new[] { (byte)value }, At, At), Cancellation))));

        added.Count(wasAdded => wasAdded).ShouldBe(1);
        (await Store.ReadAsync(1, "A", Cancellation)).ShouldNotBeNull().Value.ToArray().ShouldBe([(byte)(Array.IndexOf(added, true) + 1)]);
    }

    [Fact]
    public async Task An_account_lists_its_own_by_name_and_has_as_many_as_it_may()
    {
        foreach (var name in (string[])["b", "A", "a"])
            (await Store.WriteAsync(Secret(1, name), most: 3, Cancellation)).ShouldBeTrue();
        (await Store.WriteAsync(Secret(2, "other"), most: 3, Cancellation)).ShouldBeTrue();
        (await Store.WriteAsync(Secret(1, "c"), most: 3, Cancellation)).ShouldBeFalse();
        (await Store.WriteAsync(Secret(1, "a"), most: 3, Cancellation)).ShouldBeTrue();
        (await Store.ListAsync(1, Cancellation)).Select(secret => secret.Name).ShouldBe(["A", "a", "b"]);
        (await Store.ListAsync(3, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_secret_that_was_removed_is_gone_and_no_other()
    {
        await Store.WriteAsync(Secret(1, "a"), most: 3, Cancellation);
        await Store.WriteAsync(Secret(2, "a"), most: 3, Cancellation);
        (await Store.DeleteAsync(1, "a", Cancellation)).ShouldBeTrue();
        (await Store.DeleteAsync(1, "a", Cancellation)).ShouldBeFalse();
        (await Store.ReadAsync(1, "a", Cancellation)).ShouldBeNull();
        (await Store.ReadAsync(2, "a", Cancellation)).ShouldNotBeNull();
    }

    private static SealedSecret Secret(long account, string name) => new(account, name, new byte[] { 0, 1, 2, 255 }, At, At);

    private static void ShouldBeTheSame(SealedSecret? found, SealedSecret expected)
    {
        found.ShouldNotBeNull().Value.ToArray().ShouldBe(expected.Value.ToArray());
        (found with { Value = default }).ShouldBe(expected with { Value = default });
    }
}

public sealed class SqliteSecretStoreTests() : SecretStoreTests(cluster: null);

public sealed class PostgresSecretStoreTests(PostgresCluster cluster) : SecretStoreTests(cluster);
