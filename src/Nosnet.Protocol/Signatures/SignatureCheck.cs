namespace Nosnet.Protocol;

/// <summary>What came of checking a <see cref="SignedMessage"/>.</summary>
public enum SignatureCheck
{
    /// <summary>The signer made it.</summary>
    Valid,

    /// <summary>It is not a message, a signature in base58 and at most one time.</summary>
    Malformed,

    /// <summary>Its message is not the one that is expected.</summary>
    OtherMessage,

    /// <summary>It is too old.</summary>
    Expired,

    /// <summary>The signature is not the signer's, or not of this message.</summary>
    OtherSigner,
}

/// <summary>Checks of signatures in sentences.</summary>
public static class SignatureChecks
{
    /// <summary>The sentence for a refusal, as official clients know it; null where the message is valid.</summary>
    public static string? Refusal(this SignatureCheck check) => check switch
    {
        SignatureCheck.Valid => null,
        SignatureCheck.OtherMessage => "Failed to authenticate message.",
        SignatureCheck.Expired => "Authorization has expired.",
        _ => "Invalid signature.",
    };
}
