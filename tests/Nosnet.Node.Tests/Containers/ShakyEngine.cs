using System.Net;
using System.Reflection;
using System.Text;

namespace Nosnet.Node.Tests;

/// <summary>An engine as it is, with what Podman does now and then.</summary>
public class ShakyEngine : DispatchProxy
{
    private const string Complaint = "Error: read unixpacket @->/proc/self/fd/13/attach: read: connection reset by peer\n";

    private IContainerEngine _engine = null!;
    private int _startsLeft;
    private bool _losesOutput;

    /// <param name="engine">The engine.</param>
    /// <param name="refusedStart">Which start it refuses; 1: the first.</param>
    /// <param name="losesOutput">Whether it says to those who attach that it lost the container's output, in the container's name.</param>
    public static IContainerEngine Of(IContainerEngine engine, int refusedStart = 0, bool losesOutput = false)
    {
        var proxy = Create<IContainerEngine, ShakyEngine>();
        var shaky = (ShakyEngine)(object)proxy;
        (shaky._engine, shaky._startsLeft, shaky._losesOutput) = (engine, refusedStart, losesOutput);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IContainerEngine.StartContainerAsync) when Interlocked.Decrement(ref _startsLeft) == 0 =>
            Task.FromException(new EngineException("The container is being cleared away.", HttpStatusCode.InternalServerError)),
        nameof(IContainerEngine.AttachAsync) when _losesOutput => LoseAsync((Task<ContainerOutput>)targetMethod.Invoke(_engine, args)!),
        _ => targetMethod.Invoke(_engine, args),
    };

    private static async Task<ContainerOutput> LoseAsync(Task<ContainerOutput> attaching)
    {
        await (await attaching).DisposeAsync();
        var frame = new MemoryStream([2, 0, 0, 0, 0, 0, 0, (byte)Complaint.Length, .. Encoding.ASCII.GetBytes(Complaint)]);
        return new ContainerOutput(new FrameReader(frame, timestamps: false), frame, isLog: false);
    }
}
