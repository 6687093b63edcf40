using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PushApp.Push.Api;

namespace PushApp.Tests.Unit.Push.Api;

public sealed class IdempotencyKeyHeaderTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("\"abc\"", "abc")]
    [InlineData(" abc ", "abc")]
    [InlineData("\"", "\"")]
    public void Bare_and_quoted_name_one_key(string header, string expected)
    {
        Assert.True(TryRead(header, out var key));
        Assert.Equal(expected, key);
    }

    [Fact]
    public void None_is_allowed()
    {
        Assert.True(IdempotencyKeyHeader.TryRead(new DefaultHttpContext().Request, out var key, out _));
        Assert.Null(key);
    }

    [Fact]
    public void What_is_no_key_is_refused()
    {
        Assert.False(TryRead("", out _));
        Assert.False(TryRead("\"\"", out _));
        Assert.False(TryRead(new string('a', 201), out _));
        Assert.False(TryRead(new StringValues(["a", "b"]), out _));
    }

    private static bool TryRead(StringValues header, out string? key)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Idempotency-Key"] = header;
        return IdempotencyKeyHeader.TryRead(request, out key, out _);
    }
}
