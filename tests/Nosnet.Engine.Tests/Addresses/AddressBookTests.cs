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

    [Fact]
    public void A_runs_address_is_not_a_jobs() => Book.TryJob(new JobAddress(Book.Run(1, 1).Value), out _).ShouldBeFalse();

    [Fact]
    public void Another_networks_address_is_none() =>
        Book.TryJob(new AddressBook(SHA256.HashData("another"u8)).Job(1), out _).ShouldBeFalse();
}
