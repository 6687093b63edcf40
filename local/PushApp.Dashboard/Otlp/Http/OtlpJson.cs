using System.Collections;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace PushApp.Dashboard.Otlp.Http;

/// <summary>
/// OTLP's JSON, which is protobuf's with exceptions: trace and span ids are hexadecimal, enums are numbers, unknown fields are passed over
/// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Google's own reader and writer know none of them.
/// </summary>
internal static class OtlpJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <exception cref="FormatException">It is no JSON, or a field has a value of another kind; the message names it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json)
        where T : IMessage<T>, new()
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var message = new T();
            Fill(message, document.RootElement, "the body");
            return message;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The body is not JSON: {exception.Message}", exception);
        }
    }

    public static void Write(Utf8JsonWriter writer, IMessage message)
    {
        writer.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                var list = (IList)value;
                if (list.Count > 0)
                {
                    writer.WriteStartArray(field.JsonName);
                    foreach (var item in list)
                    {
                        WriteValue(writer, field, item);
                    }

                    writer.WriteEndArray();
                }
            }
            else if (field.HasPresence ? field.Accessor.HasValue(message) : !IsDefault(value))
            {
                writer.WritePropertyName(field.JsonName);
                WriteValue(writer, field, value);
            }
        }

        writer.WriteEndObject();
    }

    private static void Fill(IMessage message, JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{where} must be an object.");
        }

        foreach (var property in json.EnumerateObject())
        {
            var field = message.Descriptor.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == property.Name);
            if (field is null || property.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!field.IsRepeated)
            {
                field.Accessor.SetValue(message, Value(field, property.Value));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Array)
            {
                throw new FormatException($"{field.JsonName} must be an array.");
            }

            var list = (IList)field.Accessor.GetValue(message);
            foreach (var item in property.Value.EnumerateArray())
            {
                list.Add(Value(field, item));
            }
        }
    }

    private static object Value(FieldDescriptor field, JsonElement json)
    {
        try
        {
            switch (field.FieldType)
            {
                case FieldType.Message:
                    var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                    Fill(message, json, field.JsonName);
                    return message;
                case FieldType.String:
                    return json.GetString() ?? "";
                case FieldType.Bool:
                    return json.GetBoolean();
                case FieldType.Double:
                    return json.ValueKind == JsonValueKind.String ? double.Parse(json.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture) : json.GetDouble();
                case FieldType.Bytes:
                    var text = json.GetString() ?? "";
                    return IsId(field) ? ByteString.CopyFrom(Convert.FromHexString(text)) : ByteString.FromBase64(text);
                case FieldType.Enum:
                    // A name is not allowed there, but senders that use a protobuf library write it.
                    return json.ValueKind == JsonValueKind.String ? field.EnumType.FindValueByName(json.GetString()!)?.Number ?? 0 : json.GetInt32();
                case FieldType.Int64 or FieldType.SFixed64:
                    return json.ValueKind == JsonValueKind.String ? long.Parse(json.GetString()!, CultureInfo.InvariantCulture) : json.GetInt64();
                case FieldType.UInt64 or FieldType.Fixed64:
                    return json.ValueKind == JsonValueKind.String ? ulong.Parse(json.GetString()!, CultureInfo.InvariantCulture) : json.GetUInt64();
                case FieldType.UInt32 or FieldType.Fixed32:
                    return json.ValueKind == JsonValueKind.String ? uint.Parse(json.GetString()!, CultureInfo.InvariantCulture) : json.GetUInt32();
                case FieldType.Int32 or FieldType.SInt32:
                    return json.ValueKind == JsonValueKind.String ? int.Parse(json.GetString()!, CultureInfo.InvariantCulture) : json.GetInt32();
                default:
                    throw new NotSupportedException($"No field of OTLP is a {field.FieldType}.");
            }
        }
        catch (Exception exception) when (field.FieldType != FieldType.Message && exception is InvalidOperationException or OverflowException or FormatException)
        {
            throw new FormatException($"{field.JsonName} has a value that cannot be: {Excerpt(json)}.", exception);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, FieldDescriptor field, object value)
    {
        switch (value)
        {
            case IMessage message:
                Write(writer, message);
                break;
            case ByteString bytes:
                writer.WriteStringValue(IsId(field) ? Convert.ToHexStringLower(bytes.Span) : bytes.ToBase64());
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case long or ulong or double:
                // 64 bits do not fit into a number of JavaScript, and NaN into none of JSON.
                writer.WriteStringValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case uint number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteNumberValue(Convert.ToInt32(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static bool IsId(FieldDescriptor field) => field.Name is "trace_id" or "span_id" or "parent_span_id";

    private static bool IsDefault(object? value) => value switch
    {
        null => true,
        string text => text.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        bool flag => !flag,
        Enum number => Convert.ToInt32(number, CultureInfo.InvariantCulture) == 0,
        IConvertible number => Convert.ToDouble(number, CultureInfo.InvariantCulture) == 0,
        _ => false,
    };

    private static string Excerpt(JsonElement json)
    {
        var text = json.GetRawText();
        return text.Length <= 60 ? text : $"{text[..60]}…";
    }
}
