using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Simulation;

/// <summary>Years of deployments in seconds.</summary>
public sealed class DeploymentYearsTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void A_daily_schedule_posts_once_on_every_day_of_its_time_zone_for_years()
    {
        using var years = new DeploymentYears(DeploymentYears.New(DeploymentStrategy.Scheduled, replicas: 2, timeoutSeconds: 600) with { Cron = "30 2 * * *", TimeZone = Berlin.Id });

        years.Pass(TimeSpan.FromDays(4 * 365), static () => { });

        var times = years.Jobs.GroupBy(j => j.PostedAt).OrderBy(g => g.Key).ToList();
        times.ShouldAllBe(g => g.Count() == 2);
        var locals = times.Select(g => TimeZoneInfo.ConvertTime(g.Key, Berlin).DateTime).ToList();
        locals.Zip(locals.Skip(1)).ShouldAllBe(pair => pair.Second.Date == pair.First.Date.AddDays(1));
        // On the day on which there is no half past two, it comes when clocks are put forward, and on that with two of them it comes once.
        locals.Count(l => l.TimeOfDay == TimeSpan.FromHours(3)).ShouldBe(4);
        locals.Count(l => l.TimeOfDay == TimeSpan.FromHours(2.5)).ShouldBe(locals.Count - 4);
        locals.Count.ShouldBe(4 * 365);
    }

    [Fact]
    public void A_schedule_of_every_hour_knows_no_change_of_clocks()
    {
        using var years = new DeploymentYears(DeploymentYears.New(DeploymentStrategy.Scheduled, replicas: 1, timeoutSeconds: 60) with { Cron = "0 * * * *", TimeZone = Berlin.Id });

        years.Pass(TimeSpan.FromDays(365), static () => { });

        var times = years.Jobs.Select(j => j.PostedAt).Order().ToList();
        times.Zip(times.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == TimeSpan.FromHours(1));
        times.Count.ShouldBe(365 * 24);
    }

    [Fact]
    public void An_infinite_deployment_has_its_replicas_at_every_moment_of_years()
    {
        using var years = new DeploymentYears(DeploymentYears.New(DeploymentStrategy.Infinite, replicas: 3, timeoutSeconds: 12 * 3_600));

        years.Pass(TimeSpan.FromDays(2 * 365), () => years.Unended.Count(j => j.ReadyAt is not null).ShouldBe(3));

        var ended = years.Jobs.Where(j => j.IsEnded).ToList();
        ended.ShouldAllBe(j => j.Reason == EndReason.StoppedByOwner && j.EndedAt - j.StartedAt == TimeSpan.FromMinutes(12 * 60 - 20));
        ended.Count.ShouldBe(3 * (int)(TimeSpan.FromDays(2 * 365) / TimeSpan.FromMinutes(12 * 60 - 20)));
    }

    [Fact]
    public void A_job_that_is_extended_for_a_year_is_never_without_time_and_never_has_more_than_it_should()
    {
        using var years = new DeploymentYears(DeploymentYears.New(DeploymentStrategy.SimpleExtend, replicas: 1, timeoutSeconds: 7_200));

        years.Pass(TimeSpan.FromDays(365), () => (years.Unended.Single().Deadline - years.Now).ShouldBe(TimeSpan.FromSeconds(7_200 + 300)));

        years.Jobs.ShouldHaveSingleItem();
        years.Events.Count(e => e.Type == DeploymentEventTypes.Extended).ShouldBe(365 * 12);
    }
}
