using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PushApp.Push.Api;

/// <summary>How the API writes JSON, whatever the application has set for its own.</summary>
internal static class ApiJson
{
    /// <summary>camelCase; event data is not escaped beyond what JSON asks for, as it goes out as <c>application/json</c> and never into HTML.</summary>
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Result<T>(T value, int statusCode = StatusCodes.Status200OK) => Results.Json(value, Options, statusCode: statusCode);
}
