using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Cli;

/// <summary>What a command line ends with; docs/cli.md lists them for scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Usage = 2;
    public const int JobFailed = 3;
    public const int JobStopped = 4;
    public const int JobTimedOut = 5;
    public const int JobExpired = 6;
    public const int Unreachable = 7;
    public const int Interrupted = 130;

    /// <summary>The outcome of a job that has ended.</summary>
    public static int Of(Job job) => (job.Status, job.EndReason) switch
    {
        (JobStatus.Completed, _) => Ok,
        (JobStatus.Stopped, EndReason.TimedOut) => JobTimedOut,
        (JobStatus.Stopped, EndReason.ExpiredInQueue) => JobExpired,
        (JobStatus.Stopped, _) => JobStopped,
        _ => JobFailed,
    };
}
