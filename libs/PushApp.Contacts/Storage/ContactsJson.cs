using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushApp.Contacts;

/// <summary>How events and stored columns are written as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ImportView))]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(ContactSharedData))]
[JsonSerializable(typeof(NotificationReadData))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ContactsJson : JsonSerializerContext;
