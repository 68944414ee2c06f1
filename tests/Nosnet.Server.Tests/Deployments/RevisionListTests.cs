using System.Text.Json;

namespace Nosnet.Server.Tests;

public sealed class RevisionListTests
{
    [Fact]
    public async Task The_answer_to_a_new_revision_stays_small_however_many_there_were()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        for (var i = 2; i <= 6; i++)
            (await network.PostAsync($"/api/deployments/{id}/create-revision", Hello(20_000))).ShouldSucceed();

        var answer = (await network.SendAsync(HttpMethod.Post, $"/api/deployments/{id}/create-revision", Hello(100_000), with: r => r.Headers.Add("Idempotency-Key", "large"))).ShouldSucceed();

        Numbers(answer.Json).ShouldBe([4, 5, 6, 7]);
        answer.Json.GetProperty("active_revision").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Pages_of_large_revisions_end_early_and_leave_none_out()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        for (var i = 2; i <= 12; i++)
            (await network.PostAsync($"/api/deployments/{id}/create-revision", Hello(900_000))).ShouldSucceed();

        await CheckAsync("desc", [.. Enumerable.Range(1, 12).Reverse()]);
        await CheckAsync("asc", [.. Enumerable.Range(1, 12)]);

        async Task CheckAsync(string order, int[] all)
        {
            var (seen, pages) = (new List<int>(), new List<int>());
            string? back = null;
            for (string? cursor = ""; cursor is not null;)
            {
                var page = (await network.GetAsync($"/api/deployments/{id}/revisions?limit=100&sort_order={order}&cursor={cursor}")).ShouldSucceed();
                page.Bytes.Length.ShouldBeLessThan(5 * 1024 * 1024);
                page.Json.GetProperty("pagination").GetProperty("total_items").GetInt32().ShouldBe(12);
                seen.AddRange(Numbers(page.Json));
                pages.Add(Numbers(page.Json).Count);
                cursor = Cursor(page.Json, "cursor_next");
                back = Cursor(page.Json, "cursor_prev");
            }

            seen.ShouldBe(all);
            pages.Count.ShouldBeGreaterThan(2);
            var before = (await network.GetAsync($"/api/deployments/{id}/revisions?limit=100&sort_order={order}&cursor={back}")).ShouldSucceed().Json;
            Numbers(before).ShouldBe(all.SkipLast(pages[^1]).TakeLast(Numbers(before).Count));
        }
    }

    [Fact]
    public async Task A_page_of_small_revisions_has_as_many_as_are_asked_for()
    {
        await using var network = await TestNetwork.StartAsync();
        var id = await network.CreateAsync();
        for (var i = 2; i <= 25; i++)
            (await network.PostAsync($"/api/deployments/{id}/create-revision", Hello(i))).ShouldSucceed();

        var page = (await network.GetAsync($"/api/deployments/{id}/revisions?limit=22")).ShouldSucceed().Json;
        Numbers(page).ShouldBe(Enumerable.Range(4, 22).Reverse());
        Numbers((await network.GetAsync($"/api/deployments/{id}/revisions?limit=22&cursor={Cursor(page, "cursor_next")}")).ShouldSucceed().Json).ShouldBe([3, 2, 1]);
    }

    /// <summary>A definition with so many bytes of arguments.</summary>
    private static string Hello(int bytes) => TestNetwork.Hello.Replace(
        "\"hi\"", string.Join(',', Enumerable.Range(0, 1 + bytes / 100_000).Select(i => $"\"{new string('a', Math.Min(100_000, bytes - i * 100_000))}\"")), StringComparison.Ordinal);

    private static List<int> Numbers(JsonElement answer) => [.. answer.GetProperty("revisions").EnumerateArray().Select(r => r.GetProperty("revision").GetInt32())];

    private static string? Cursor(JsonElement answer, string name) =>
        answer.GetProperty("pagination").TryGetProperty(name, out var cursor) && cursor.ValueKind is JsonValueKind.String ? cursor.GetString() : null;
}
