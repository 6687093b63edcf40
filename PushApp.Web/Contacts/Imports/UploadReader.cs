using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using PushApp.Contacts;

namespace PushApp.Web.Contacts;

/// <summary>Reads the part <c>file</c> of a multipart body as it comes in. ASP.NET Core's form reader would keep the whole file first.</summary>
internal static class UploadReader
{
    private const int BufferBytes = 64 * 1024;
    private const int MaxBoundaryLength = 200;

    // Boundaries, part headers and other fields of the form.
    private const int OverheadBytes = 1024 * 1024;

    private const string Example = "curl -F file=@contacts.csv …/api/imports";

    /// <summary>Reads the upload to its end and puts it into the queue.</summary>
    /// <exception cref="NoUploadException">The request has no such part.</exception>
    /// <exception cref="ContactFileException">The file is refused; what was stored of it is gone.</exception>
    public static async Task<ImportView> ReadAsync(HttpRequest request, ImportUploads uploads, ContactsUser user, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var mediaType)
            || !mediaType.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new NoUploadException(StatusCodes.Status415UnsupportedMediaType, $"Send the file as multipart/form-data in the part 'file', as in: {Example}");
        }

        var boundary = HeaderUtilities.RemoveQuotes(mediaType.Boundary);
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw new NoUploadException(StatusCodes.Status400BadRequest, $"The Content-Type has no usable boundary (1 to {MaxBoundaryLength} characters). Let the client set it, as in: {Example}");
        }

        var limit = uploads.MaxFileBytes + OverheadBytes;
        if (request.ContentLength > limit)
        {
            throw ImportUpload.TooLarge(uploads.MaxFileBytes);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        try
        {
            var reader = new MultipartReader(boundary.ToString(), request.Body);
            await using var upload = new UploadUnderWay();
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFormDisposition() | disposition.IsFileDisposition()
                    && HeaderUtilities.RemoveQuotes(disposition.Name) == "file")
                {
                    if (upload.Started is not null)
                    {
                        throw new NoUploadException(
                            StatusCodes.Status400BadRequest, "The request has more than one part 'file'; none was taken. Send one file per request.");
                    }

                    upload.Started = uploads.Begin(user, FileNameOf(disposition));
                    await ReadAsync(section.Body, upload.Started, cancellationToken);
                }
            }

            // Not before the last part was seen: the worker begins at once.
            if (upload.Started is { } whole)
            {
                return await whole.CompleteAsync(cancellationToken);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new NoUploadException(StatusCodes.Status400BadRequest, $"The multipart body cannot be read: its parts are not framed as its boundary says, or their headers are too many or too long. Let the client build it, as in: {Example}", exception);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ImportUpload.TooLarge(uploads.MaxFileBytes);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new NoUploadException(StatusCodes.Status400BadRequest, "The multipart body ends before its last boundary. Send the file again.", exception);
        }

        throw new NoUploadException(StatusCodes.Status400BadRequest, $"The request has no part 'file'. Send it as in: {Example}");
    }

    private static async Task ReadAsync(Stream file, ImportUpload upload, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await upload.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string? FileNameOf(ContentDispositionHeaderValue disposition) =>
        disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;

    /// <summary>Removes what was begun and not completed.</summary>
    private sealed class UploadUnderWay : IAsyncDisposable
    {
        public ImportUpload? Started { get; set; }

        public ValueTask DisposeAsync() => Started?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>A request that holds no file.</summary>
    internal sealed class NoUploadException(int statusCode, string message, Exception? innerException = null) : Exception(message, innerException)
    {
        public int StatusCode { get; } = statusCode;
    }
}
