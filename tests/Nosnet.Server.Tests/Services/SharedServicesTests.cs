using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class SharedServicesTests
{
    private const string Id = "shared";

    private readonly SharedServices _shared = new();

    [Fact]
    public void Requests_go_to_the_job_that_has_the_fewest()
    {
        Put(1, EndpointStatus.Online);
        Put(2, EndpointStatus.Online);
        using var first = Begin()!;
        using var second = Begin()!;
        second.Service.ShouldNotBe(first.Service);
        first.Dispose();
        using var third = Begin()!;
        third.Service.ShouldBe(first.Service);
    }

    [Fact]
    public void A_job_whose_ports_are_offline_gets_none()
    {
        Put(1, EndpointStatus.Offline);
        Begin().ShouldBeNull();
        _shared.IsKnown(Id).ShouldBeTrue();
        Put(2, EndpointStatus.Online);
        for (var i = 0; i < 3; i++)
            Begin()!.Service.Status.ShouldBe(EndpointStatus.Online);
        _shared.StatusOf(Id, 80).ShouldBe(EndpointStatus.Online);
    }

    [Fact]
    public void A_job_that_is_to_be_stopped_gets_no_more_and_is_left_those_it_has()
    {
        Put(1, EndpointStatus.Online);
        var open = Begin()!;
        _shared.MayStop(1, TimeSpan.Zero).ShouldBeFalse();
        Begin().ShouldBeNull();
        _shared.MayStop(1, SharedServices.MostDrain).ShouldBeTrue();
        open.Dispose();
        _shared.MayStop(1, TimeSpan.Zero).ShouldBeTrue();
    }

    [Fact]
    public void A_job_that_has_ended_is_forgotten()
    {
        Put(1, EndpointStatus.Online);
        _shared.Replace(1, null);
        _shared.IsKnown(Id).ShouldBeFalse();
        _shared.MayStop(1, TimeSpan.Zero).ShouldBeTrue();
    }

    private SharedRequest? Begin() => _shared.Begin(Id, static _ => true);

    private void Put(long job, EndpointStatus status)
    {
        var address = new JobAddress(Bytes(job));
        var run = new RunAddress(Bytes(job));
        var definition = new JobDefinition { Ops = [new ContainerRun("web") { Image = "busybox", Expose = 80 }] };
        _shared.Replace(job, new ServiceList(address, run, new NodeAddress(Bytes(job)), definition, [new RunningService($"{job}", new NodeAddress(Bytes(job)), new ServiceTarget(run, 0, 80), "web", status)])
        {
            Shared = new Dictionary<string, string> { ["web"] = Id },
            IsReported = true,
        });
    }

    private static Bytes32 Bytes(long number)
    {
        var bytes = new byte[Bytes32.Length];
        bytes[0] = (byte)number;
        return new Bytes32(bytes);
    }
}
