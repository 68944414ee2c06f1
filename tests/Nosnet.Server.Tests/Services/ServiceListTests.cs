using Nosnet.Protocol;

namespace Nosnet.Server.Tests;

public sealed class ServiceListTests
{
    private static readonly JobAddress Job = JobAddress.From(Bytes(1));
    private static readonly RunAddress Run = RunAddress.From(Bytes(2));
    private static readonly NodeAddress Node = NodeAddress.From(Bytes(3));

    private readonly ServiceIds _ids = new(new NetworkSecret(new byte[32]));

    [Fact]
    public void Public_ids_are_those_that_clients_derive() =>
        List(new ContainerRun("web") { Image = "busybox", Expose = 8080 }).Services.Single().Id.ShouldBe(EndpointId.Of(Job, 0, 8080));

    [Fact]
    public void The_ids_of_a_private_operation_are_its_runs_own_and_nobody_elses_to_derive()
    {
        var operation = new ContainerRun("web") { Image = "busybox", Expose = 8080, Private = true };
        var id = List(operation).Services.Single().Id;
        id.Length.ShouldBe(EndpointId.PrivateLength);
        id.ShouldBe(List(operation).Services.Single().Id, "a server that starts again answers at the same address");
        id.ShouldNotBe(List(operation, RunAddress.From(Bytes(9))).Services.Single().Id);
        using var other = new NetworkSecret([.. Enumerable.Repeat((byte)7, 32)]);
        id.ShouldNotBe(ServiceList.Of(Job, Run, Node, new JobDefinition { Ops = [operation] }, new ServiceIds(other)).Services.Single().Id);
    }

    [Fact]
    public void A_private_operation_does_not_hide_the_public_ones()
    {
        var list = ServiceList.Of(Job, Run, Node, new JobDefinition
        {
            Ops = [new ContainerRun("a") { Image = "i", Expose = 80 }, new ContainerRun("b") { Image = "i", Expose = 81, Private = true }],
        }, _ids);
        list.Services[0].Id.ShouldBe(EndpointId.Of(Job, 0, 80));
        list.Services[1].Id.Length.ShouldBe(EndpointId.PrivateLength);
    }

    [Fact]
    public void Before_the_node_says_anything_a_port_is_offline_with_checks_and_unknown_without()
    {
        var list = List(new ContainerRun("web") { Image = "i", Expose = [new ExposedPort(80) { HealthChecks = [new HttpCheck("/")] }, 81] });
        list.Services.Select(service => service.Status).ShouldBe([EndpointStatus.Offline, EndpointStatus.Unknown]);
    }

    [Fact]
    public void What_the_node_says_counts_for_the_ports_that_it_has()
    {
        var list = List(new ContainerRun("web") { Image = "i", Expose = [80, 81] }).With([new ServiceReport(0, 81, EndpointStatus.Online)], _ids);
        list.Services.Select(service => service.Status).ShouldBe([EndpointStatus.Unknown, EndpointStatus.Online]);
    }

    [Fact]
    public void What_the_node_has_not_looked_at_yet_stays_as_it_was()
    {
        var list = List(new ContainerRun("web") { Image = "i", Expose = [80, 81] }).With([new ServiceReport(0, 81, EndpointStatus.Online)], _ids);
        list = list.With([new ServiceReport(0, 80, EndpointStatus.Unknown), new ServiceReport(0, 81, EndpointStatus.Unknown)], _ids);
        list.Services.Select(service => service.Status).ShouldBe([EndpointStatus.Unknown, EndpointStatus.Online]);
    }

    [Fact]
    public void The_ports_of_a_literal_are_those_that_the_node_found()
    {
        var list = List(new ContainerRun("web") { Image = "i", Expose = [new LiteralPort("%%global.variables.port%%")] });
        list.Services.ShouldBeEmpty();
        var service = list.With([new ServiceReport(0, 9000, EndpointStatus.Online)], _ids).Services.ShouldHaveSingleItem();
        service.Id.ShouldBe(EndpointId.Of(Job, 0, 9000));
        service.OperationId.ShouldBe("web");
    }

    [Fact]
    public void A_node_cannot_make_up_ports()
    {
        var literal = new LiteralPort("%%global.variables.port%%");
        var one = List(new ContainerRun("web") { Image = "i", Expose = 80 });
        one.With([new(0, 22, EndpointStatus.Online), new(1, 80, EndpointStatus.Online), new(-1, 80, EndpointStatus.Online)], _ids).Services.Count.ShouldBe(1);
        var any = List(new ContainerRun("web") { Image = "i", Expose = [literal] });
        any.With([new(0, 0, EndpointStatus.Online), new(0, 70_000, EndpointStatus.Online), new(7, 80, EndpointStatus.Online)], _ids).Services.ShouldBeEmpty();
        any.With([.. Enumerable.Range(1, 5_000).Select(port => new ServiceReport(0, port, EndpointStatus.Online))], _ids).Services.Count.ShouldBe(256);
    }

    private ServiceList List(ContainerRun operation, RunAddress? run = null) =>
        ServiceList.Of(Job, run ?? Run, Node, new JobDefinition { Ops = [operation] }, _ids);

    private static Bytes32 Bytes(byte value) => new([.. Enumerable.Repeat(value, 32)]);
}
