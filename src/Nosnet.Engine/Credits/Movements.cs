using Nosnet.Protocol;

namespace Nosnet.Engine;

/// <summary>The movements of credits that there are.</summary>
internal static class Movements
{
    extension(Postings)
    {
        public static Postings Grant(long account, Credits amount) =>
            Postings.Of(new(NetworkAccount.Key, Bucket.Issued, -amount), new(account, Bucket.Available, amount));

        public static Postings Move(long from, long to, Credits amount) =>
            Postings.Of(new(from, Bucket.Available, -amount), new(to, Bucket.Available, amount));

        public static Postings Reserve(long account, Credits amount) =>
            Postings.Of(new(account, Bucket.Available, -amount), new(account, Bucket.Reserved, amount));

        /// <summary>Ends a reservation: the cost goes to the node and the network, the rest back to its account.</summary>
        public static Postings Settle(long account, Credits reserved, Settlement cost, long nodeAccount) =>
            Postings.Of(
                new(account, Bucket.Reserved, -reserved),
                new(account, Bucket.Available, reserved - cost.Total),
                new(nodeAccount, Bucket.Earned, cost.Reward),
                new(NetworkAccount.Key, Bucket.Earned, cost.Fee));
    }
}
