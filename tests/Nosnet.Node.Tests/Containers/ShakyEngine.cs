using System.Net;
using System.Reflection;

namespace Nosnet.Node.Tests;

/// <summary>An engine as it is, that refuses one start.</summary>
public class ShakyEngine : DispatchProxy
{
    private IContainerEngine _engine = null!;
    private int _startsLeft;

    /// <param name="engine">The engine.</param>
    /// <param name="refusedStart">Which start it refuses; 1: the first.</param>
    public static IContainerEngine Of(IContainerEngine engine, int refusedStart)
    {
        var proxy = Create<IContainerEngine, ShakyEngine>();
        var shaky = (ShakyEngine)(object)proxy;
        (shaky._engine, shaky._startsLeft) = (engine, refusedStart);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IContainerEngine.StartContainerAsync) && Interlocked.Decrement(ref _startsLeft) == 0
            ? Task.FromException(new EngineException("The container is being cleared away.", HttpStatusCode.InternalServerError))
            : targetMethod.Invoke(_engine, args);
}
