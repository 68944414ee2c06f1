using Microsoft.Extensions.Logging;
using Nosnet.Client;
using Nosnet.Protocol;

namespace Nosnet.Node;

/// <summary>Keeps on the node the images that its market wants its nodes to hold ready.</summary>
internal sealed partial class ReadyImages(NosanaClient client, MarketId market, ImageStore images, NodePolicy policy, TimeProvider time, ILogger<ReadyImages> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Asks for them now and every ten minutes, and pulls what is missing, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var required = await client.Markets.RequiredResourcesAsync(market, cancellation).ConfigureAwait(false);
                images.Require(required.RequiredImages);
                foreach (var image in required.RequiredImages)
                    await PullAsync(image, cancellation).ConfigureAwait(false);
            }
            catch (NosanaException e)
            {
                LogNotTold(e.Message);
            }
            await Task.Delay(Interval, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task PullAsync(string image, CancellationToken cancellation)
    {
        // No job could use it here.
        if (policy.Refusal(image) is { } refusal)
        {
            LogRefused(refusal);
            return;
        }
        try
        {
            // Someone may have removed it since it was last looked for.
            images.Forget(image);
            await images.EnsureAsync(image, login: null, new Progress<PullStep>(), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EngineException or IOException or UnauthorizedAccessException)
        {
            LogNotPulled(image, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The market does not tell what to hold ready; it is asked again in ten minutes: {Reason}")]
    private partial void LogNotTold(string reason);

    [LoggerMessage(2, LogLevel.Warning, "The image {Image}, which the market wants held ready, could not be pulled; it is tried again in ten minutes: {Reason}")]
    private partial void LogNotPulled(string image, string reason);

    [LoggerMessage(3, LogLevel.Information, "The market wants an image held ready that is not pulled: {Reason}")]
    private partial void LogRefused(string reason);
}
