using System.Globalization;
using System.Text;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Otlp;

/// <summary>Attribute values as text.</summary>
internal static class Values
{
    public static string Text(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.ArrayValue => $"[{string.Join(", ", value.ArrayValue.Values.Select(Text))}]",
        AnyValue.ValueOneofCase.KvlistValue => $"{{{string.Join(", ", value.KvlistValue.Values.Select(v => $"{v.Key}: {Text(v.Value)}"))}}}",
        AnyValue.ValueOneofCase.BytesValue => value.BytesValue.ToBase64(),
        _ => "",
    };

    /// <summary>Names a set of attributes: equal sets have equal keys, whatever their order.</summary>
    public static string Key(IEnumerable<KeyValue> attributes)
    {
        var key = new StringBuilder();
        foreach (var attribute in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            // The unit separator keeps a=b,c apart from a=b c.
            key.Append(attribute.Key).Append('=').Append(Text(attribute.Value)).Append('\u001f');
        }

        return key.ToString();
    }
}
