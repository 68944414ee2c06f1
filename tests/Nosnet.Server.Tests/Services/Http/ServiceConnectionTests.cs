namespace Nosnet.Server.Tests;

/// <summary>When connections to a service are kept, ended and opened anew.</summary>
public sealed class ServiceConnectionTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task One_that_is_idle_takes_the_next_request()
    {
        var asked = 0;
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            while (true)
            {
                await stream.ReadHeadAsync();
                asked++;
                await stream.SayAsync(Ok);
            }
        });
        // It is kept for a second, which a machine may lose; of many pairs one is quick enough.
        await Eventually.SeesAsync(async () =>
        {
            var before = service.Connections;
            (await service.AskAsync()).Body.ShouldBe("ok");
            (await service.AskAsync()).Body.ShouldBe("ok");
            return service.Connections - before;
        }, opened => opened < 2, "a connection is used again");
        asked.ShouldBeGreaterThan(service.Connections);
    }

    [Fact]
    public async Task One_that_has_ended_while_it_was_idle_costs_a_get_nothing()
    {
        await using var service = await ScriptedService.SayingAsync(Ok);
        for (var request = 0; request < 5; request++)
            (await service.AskAsync()).Body.ShouldBe("ok");
        service.Connections.ShouldBe(5);
    }

    /// <summary>The service had begun to end it, and did not look at what came.</summary>
    [Fact]
    public async Task A_get_on_one_that_ends_with_its_second_request_is_asked_again()
    {
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync(Ok);
            await stream.ReadHeadAsync();
        });
        for (var request = 0; request < 4; request++)
            (await service.AskAsync()).Body.ShouldBe("ok");
    }

    [Fact]
    public async Task One_whose_asker_has_left_ends()
    {
        var end = new TaskCompletionSource<string>();
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            await stream.SayAsync("HTTP/1.1 200 OK\r\n\r\nfirst");
            end.SetResult((await stream.ReadToEndAsync()).Text);
        });
        await using (var asking = await service.DialAsync(service.Request()))
            await asking.ReadUntilAsync("first");
        (await end.Task.WaitAsync(Eventually.Deadline, TimeProvider.System, TestNetwork.Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_whose_asker_leaves_before_an_answer_ends()
    {
        var (asked, end) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadHeadAsync();
            asked.SetResult();
            end.SetResult((await stream.ReadToEndAsync()).Text);
        });
        await using (await service.DialAsync(service.Request()))
            await asked.Task.WaitAsync(Eventually.Deadline, TimeProvider.System, TestNetwork.Cancellation);
        (await end.Task.WaitAsync(Eventually.Deadline, TimeProvider.System, TestNetwork.Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_whose_tunnel_breaks_while_it_is_opened_is_opened_through_the_next()
    {
        await using var service = await ScriptedService.StartAsync(async stream =>
        {
            await stream.ReadUntilAsync("work");
            await stream.SayAsync(Ok);
        });
        service.Tunnel.Opening = () =>
        {
            service.Tunnel.Opening = null;
            service.Tunnel.Cut();
        };
        var answer = await service.AskAsync("POST / HTTP/1.1", "Content-Length: 4\r\n", "work");
        answer.Status.ShouldBe(200, answer.Text);
        service.Tunnel.Dials.ShouldBe(2);
    }
}
