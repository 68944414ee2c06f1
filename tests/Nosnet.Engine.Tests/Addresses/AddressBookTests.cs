using System.Security.Cryptography;
using CsCheck;
using Nosnet.Protocol;

namespace Nosnet.Engine.Tests;

public sealed class AddressBookTests
{
    private static readonly AddressBook Book = new(SHA256.HashData("a network's key"u8));

    private static IEnumerable<long> Keys => Enumerable.Range(0, 40_000).Select(n => (long)n);

    [Fact]
    public void An_address_leads_back_to_its_key() => Gen.Long[0, long.MaxValue].Sample(key =>
        Book.TryJob(Book.Job(key), out var found) && found == key);

    [Fact]
    public void A_runs_address_leads_back_to_its_job_and_epoch() => Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue]).Sample((key, epoch) =>
        Book.TryRun(Book.Run(key, epoch), out var job, out var number) && job == key && number == epoch);

    [Fact]
    public void An_address_with_one_bit_flipped_is_none() => Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 255]).Sample((key, bit) =>
    {
        var bytes = Book.Job(key).Value.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return !Book.TryJob(new JobAddress(new Bytes32(bytes)), out _);
    });

    [Fact]
    public void An_address_stays_what_it_is_however_many_others_were_asked_for_meanwhile()
    {
        var before = Keys.Select(Book.Job).ToList();
        Keys.Select(Book.Job).ShouldBe(before);
        before.Select(a => Book.TryJob(a, out var key) ? key : -1).ShouldBe(Keys);
        var again = new AddressBook(SHA256.HashData("a network's key"u8));
        before.Select(a => again.TryJob(a, out var key) ? key : -1).ShouldBe(Keys);
    }

    // One address in some hundred thousands would be shorter, as those of these keys under this network's key.
    [Theory]
    [InlineData(59_356, "1to2SEHi83eFKso5reArACr92irtoHc1qfnAQ3tUrB")]
    [InlineData(1_628_050, "11yFZQYUMsbgcj5B29houBzV516prnwF9BNCKGZrcw")]
    public void No_address_is_shorter_than_official_clients_take(long key, string shorter)
    {
        var address = Book.Job(key);
        address.ToString().Length.ShouldBeInRange(43, 44);
        Book.TryJob(address, out var found).ShouldBeTrue();
        found.ShouldBe(key);

        // What was given before is still known, and does not take the other's place.
        Book.TryJob(JobAddress.Parse(shorter), out found).ShouldBeTrue();
        found.ShouldBe(key);
        Book.Job(key).ShouldBe(address);
    }

    [Fact]
    public void Every_address_has_43_or_44_characters() =>
        Keys.Select(key => Book.Job(key).ToString().Length).ShouldAllBe(length => length == 43 || length == 44);

    [Fact]
    public void A_runs_address_is_not_a_jobs() => Book.TryJob(new JobAddress(Book.Run(1, 1).Value), out _).ShouldBeFalse();

    [Fact]
    public void Another_networks_address_is_none() =>
        Book.TryJob(new AddressBook(SHA256.HashData("another"u8)).Job(1), out _).ShouldBeFalse();
}
