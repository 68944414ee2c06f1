using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>Why a service gave no answer, or not all of it.</summary>
internal enum ServiceFault
{
    /// <summary>Its operation does not run. Nothing was sent.</summary>
    Ended,

    /// <summary>Nobody listens at its port. Nothing was sent.</summary>
    Silent,

    /// <summary>The way to it failed before anything was sent.</summary>
    NotReached,

    /// <summary>The way to it broke, and it may have got the request.</summary>
    Lost,

    /// <summary>It broke off, or what it said is no HTTP.</summary>
    Broken,
}

/// <summary>A stream to a container that was not opened or has failed.</summary>
internal sealed class ServiceFaultException(ServiceFault fault, Exception? inner = null) : IOException($"The service is {fault}.", inner)
{
    public ServiceFault Fault => fault;
}

internal static class ServiceFaults
{
    /// <summary>NO_ERROR of RFC 9113, 7: the container takes no more, for it has said all.</summary>
    private const int NoError = 0;

    /// <summary>
    /// What is to blame for the failure of a request to a service. Streams say by themselves how they failed; where none did, all that can be wrong is
    /// what came through them.
    /// </summary>
    public static ServiceFault Of(Exception? failure)
    {
        var isOfAnswer = false;
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is ServiceFaultException known)
                return known.Fault;
            isOfAnswer |= IsOfAnswer(failure is HttpIOException { HttpRequestError: var body } ? body : (failure as HttpRequestException)?.HttpRequestError);
        }
        return isOfAnswer ? ServiceFault.Broken : ServiceFault.Lost;
    }

    /// <summary>How a stream to a container that was open has failed. Its node tells of the container with the code of the reset.</summary>
    public static ServiceFaultException OfStream(Exception failure)
    {
        for (var reason = failure; reason is not null; reason = reason.InnerException)
        {
            if (reason is HttpProtocolException { ErrorCode: ServiceTarget.ConnectError or NoError })
                return new ServiceFaultException(ServiceFault.Broken, failure);
        }
        return new ServiceFaultException(ServiceFault.Lost, failure);
    }

    private static bool IsOfAnswer(HttpRequestError? error) =>
        error is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded;
}
