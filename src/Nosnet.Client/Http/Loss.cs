using System.Net.Sockets;

namespace Nosnet.Client;

/// <summary>A connection that was not made or was lost, in whichever of the exceptions of the platform it shows.</summary>
internal static class Loss
{
    public static bool Is(Exception cause) => cause is HttpRequestException or IOException or SocketException || IsTimeout(cause);

    /// <summary>Whether it is sure that nothing of the call came to the network.</summary>
    public static bool NeverArrived(Exception cause) => IsConnectTimeout(cause) || cause is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
    };

    public static NosanaConnectionException Of(Call call, Exception cause, bool mayBeDone)
    {
        var sentence = NeverArrived(cause)
            ? $"{call.Url.GetLeftPart(UriPartial.Authority)} cannot be reached: {Words(cause)}"
            : $"The connection was lost during {call}: {Words(cause)}";
        return mayBeDone ? new NosanaConnectionException(sentence, call, cause) : new NosanaConnectionException(sentence, false, cause);
    }

    /// <summary>The platform tells of a time limit of its own as if somebody had given up waiting, and says why inside of that.</summary>
    private static bool IsTimeout(Exception cause) => cause is OperationCanceledException { InnerException: TimeoutException };

    /// <summary>
    /// <see cref="SocketsHttpHandler.ConnectTimeout"/> and <see cref="HttpClient.Timeout"/>, which may run out when the call has long arrived, are
    /// set apart by their words alone. Where the words are others, the call may have arrived.
    /// </summary>
    private static bool IsConnectTimeout(Exception cause) =>
        IsTimeout(cause) && cause.InnerException!.Message.Contains(nameof(SocketsHttpHandler.ConnectTimeout), StringComparison.Ordinal);

    private static string Words(Exception cause) => FailureReading.Clean(IsConnectTimeout(cause) ? cause.InnerException!.Message : cause.Message).TrimEnd('.') + ".";
}
