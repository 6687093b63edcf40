using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.Sessions;

namespace PushApp.SocketIO.Engine.Polling;

/// <summary>The answer to a poll: packets, as the session's version writes them.</summary>
internal static class PollResponse
{
    // The reference's threshold: less is not worth it.
    private const int CompressFrom = 1024;

    public static async Task WriteAsync(HttpContext context, EngineOptions options, EngineSession session, EnginePacket[] packets)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            session.PollAborted(null);
            return;
        }

        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        var isBytes = session.Protocol == 3 && PayloadCodecV3.IsBinary(packets, session.SupportsBinary);
        response.ContentType = isBytes ? "application/octet-stream" : "text/plain; charset=UTF-8";
        try
        {
            var length = session.Protocol == 4 ? PayloadCodec.Length(packets) : (long?)null;
            if (options.CompressPolls && (length ?? CompressFrom) >= CompressFrom && AcceptsGzip(context.Request))
            {
                await CompressAsync(response, session, packets, isBytes).ConfigureAwait(false);
            }
            else
            {
                response.ContentLength = length;
                Write(response.BodyWriter, session, packets, isBytes);
            }

            // Whoever closes the connection after this may have all of it: a client that wants each request on a connection of its own does so.
            var flushed = await response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            if (flushed.IsCompleted || flushed.IsCanceled)
            {
                session.PollAborted(null);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone.
            session.PollAborted(null);
        }
    }

    private static void Write(IBufferWriter<byte> output, EngineSession session, EnginePacket[] packets, bool isBytes)
    {
        if (session.Protocol == 4)
        {
            PayloadCodec.Write(output, packets);
        }
        else if (isBytes)
        {
            PayloadCodecV3.WriteBinary(output, packets);
        }
        else
        {
            PayloadCodecV3.WriteText(output, packets);
        }
    }

    private static async Task CompressAsync(HttpResponse response, EngineSession session, EnginePacket[] packets, bool isBytes)
    {
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        var output = PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true));
        Write(output, session, packets, isBytes);
        await output.CompleteAsync().ConfigureAwait(false);
    }

    private static bool AcceptsGzip(HttpRequest request)
    {
        foreach (var encoding in request.GetTypedHeaders().AcceptEncoding)
        {
            if (encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0)
            {
                return true;
            }
        }

        return false;
    }
}
