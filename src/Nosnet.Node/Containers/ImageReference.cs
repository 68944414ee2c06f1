namespace Nosnet.Node;

/// <summary>Names of images.</summary>
internal static class ImageReference
{
    /// <summary>
    /// The image with a tag. Without one, Docker would pull every tag there is. A colon before the last slash belongs to a registry's port.
    /// </summary>
    public static string WithTag(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        return name.Contains(':') || name.Contains('@') ? image : image + ":latest";
    }
}
