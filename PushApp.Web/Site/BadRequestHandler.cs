using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace PushApp.Web.Site;

/// <summary>Answers a request that could not be read (no JSON, a number that is none, a body that is too long) with what is wrong with it, in every environment, and in no words of this code's.</summary>
internal sealed partial class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
{
    private const string Described = "/openapi/v1.json describes what is expected.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
        {
            return false;
        }

        httpContext.Response.StatusCode = bad.StatusCode;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails { Status = bad.StatusCode, Detail = Explain(bad) },
        });
    }

    // ASP.NET Core's own messages name parameters and types as this code writes them.
    private static string? Explain(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
        {
            var place = json.Path is null or "$" ? "" : $" at {json.Path}";
            return json.LineNumber is { } line
                ? string.Create(CultureInfo.InvariantCulture, $"The body is not the JSON that is expected: see line {line + 1}, byte {json.BytePositionInLine + 1}{place}. {Described}")
                : $"The body is not the JSON that is expected{place}. {Described}";
        }

        if (Unbound().Match(bad.Message) is { Success: true } unbound)
        {
            return $"'{Lower(unbound.Groups["name"].Value)}' cannot be '{unbound.Groups["value"].Value}'. {Described}";
        }

        if (Missing().Match(bad.Message) is { Success: true } missing)
        {
            return missing.Groups["source"].Value.Contains("body", StringComparison.Ordinal)
                ? $"The request needs a JSON body. {Described}"
                : $"'{Lower(missing.Groups["name"].Value)}' is missing. {Described}";
        }

        if (bad.StatusCode == StatusCodes.Status415UnsupportedMediaType)
        {
            return null;
        }

        return bad.StatusCode switch
        {
            StatusCodes.Status408RequestTimeout => "The body came too slowly. Send the request again, over a faster connection.",
            StatusCodes.Status413PayloadTooLarge => "The body is larger than this server takes. Send less at a time.",
            _ when bad.Message.Contains("Implicit", StringComparison.Ordinal) => $"The request needs a JSON body. {Described}",
            _ => $"The request cannot be read: its body broke off, or is not what its headers say. {Described}",
        };
    }

    private static string Lower(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    [GeneratedRegex("^Failed to bind parameter \"[^\"]* (?<name>\\w+)\" from \"(?<value>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Unbound();

    [GeneratedRegex("^Required parameter \"[^\"]* (?<name>\\w+)\" was not provided from (?<source>[^.]+)\\.$")]
    private static partial Regex Missing();
}
