using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PushApp.SocketIO.Engine.Polling;

/// <summary>Reads the body of a POST, up to the bound.</summary>
internal static class PostBody
{
    // A client must send what it announces before it is given more memory than this.
    private const int TrustedLength = 16 * 1024;

    /// <summary>The body; null where it is larger than the bound. Throws <see cref="IOException"/> where the client breaks off.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int maxPayload)
    {
        var announced = context.Request.ContentLength;
        if (announced > maxPayload)
        {
            return null;
        }

        // The server's own bound may be lower than ours; ours counts here.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            bound.MaxRequestBodySize = maxPayload + 1L;
        }

        var body = new byte[Math.Min(announced ?? 1024, TrustedLength)];
        var read = 0;
        while (true)
        {
            if (read == body.Length)
            {
                if (read == announced)
                {
                    return body;
                }

                if (read > maxPayload)
                {
                    return null;
                }

                Array.Resize(ref body, (int)Math.Min(announced ?? (maxPayload + 1L), Math.Max(1024, body.Length * 2L)));
            }

            int count;
            try
            {
                count = await context.Request.Body.ReadAsync(body.AsMemory(read), context.RequestAborted).ConfigureAwait(false);
            }
            catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return null;
            }

            if (count == 0)
            {
                return read > maxPayload ? null : body.AsMemory(0, read);
            }

            read += count;
        }
    }
}
