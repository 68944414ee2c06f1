using System.ComponentModel;
using System.Globalization;

namespace Nosnet.Client;

/// <summary>Makes a network of its name or URL for configuration binders, which know no <see cref="IParsable{TSelf}"/>.</summary>
internal sealed class NosanaNetworkConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? NosanaNetwork.Parse(text.Trim()) : base.ConvertFrom(context, culture, value);
}
