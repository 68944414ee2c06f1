using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class PortHealthTests
{
    private static readonly HttpCheck Once = new("/ready");
    private static readonly HttpCheck Always = new("/alive") { Continuous = true };

    [Fact]
    public void A_port_without_checks_is_unknown_until_it_takes_a_connection_and_then_online_for_good()
    {
        var health = new PortHealth([]);
        health.Status.ShouldBe(EndpointStatus.Unknown);
        health = health.After(passed: false);
        health.Status.ShouldBe(EndpointStatus.Unknown);
        health.IsSettled.ShouldBeFalse();

        health = health.After(passed: true);
        health.Status.ShouldBe(EndpointStatus.Online);
        health.IsSettled.ShouldBeTrue();
    }

    [Fact]
    public void A_port_with_checks_is_offline_until_they_pass()
    {
        var health = new PortHealth([Once, Always]);
        health.Status.ShouldBe(EndpointStatus.Unknown, "nobody has looked yet");
        health.After(passed: false).Status.ShouldBe(EndpointStatus.Offline);
        health.HasStarted.ShouldBeFalse();
        health.Next.ShouldBe([Once, Always]);

        health.After(passed: true).Status.ShouldBe(EndpointStatus.Online);
        health.After(passed: true).HasStarted.ShouldBeTrue();
    }

    [Fact]
    public void The_first_look_is_at_once_and_the_next_come_a_second_later_each_time_up_to_five()
    {
        var health = new PortHealth([Once]);
        var pauses = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            pauses.Add(health.Pause.TotalSeconds);
            health = health.After(passed: false);
        }
        pauses.ShouldBe([0, 1, 2, 3, 4, 5, 5, 5]);
    }

    [Fact]
    public void Without_continuous_checks_there_is_nothing_more_to_see_after_the_start() =>
        new PortHealth([Once]).After(passed: true).IsSettled.ShouldBeTrue();

    [Fact]
    public void Continuous_checks_go_on_alone_every_thirty_seconds_wherever_they_stand_in_the_list()
    {
        var health = new PortHealth([Once, Always]).After(passed: true);
        health.IsSettled.ShouldBeFalse();
        health.Next.ShouldBe([Always]);
        health.Pause.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_service_that_fails_goes_offline_and_comes_back_online()
    {
        var health = new PortHealth([Always]).After(passed: true).After(passed: false);
        health.Status.ShouldBe(EndpointStatus.Offline);
        health.HasStarted.ShouldBeTrue("it did start once");
        health.Pause.ShouldBe(TimeSpan.FromSeconds(5));

        health.After(passed: true).Status.ShouldBe(EndpointStatus.Online);
    }
}
