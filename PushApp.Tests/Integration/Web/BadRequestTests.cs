using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace PushApp.Tests.Integration.Web;

public sealed class BadRequestTests(TwoWebNodes nodes) : IClassFixture<TwoWebNodes>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PUT", "/api/contacts", "GET")]
    [InlineData("HEAD", "/api/contacts", "GET")]
    [InlineData("GET", "/api/account/login", "POST")]
    [InlineData("PATCH", "/api/imports/0198f1c4-0000-7000-8000-000000000000", "DELETE, GET")]
    [InlineData("POST", "/sse/", "GET, HEAD")]
    [InlineData("OPTIONS", "/sse", "GET, HEAD")]
    public async Task A_method_that_a_resource_does_not_have_is_answered_with_those_it_has(string method, string path, string allow)
    {
        using var response = await nodes.First.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancelled);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Head_of_a_stream_is_that_of_get()
    {
        using var response = await nodes.First.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/sse/"), Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_form_where_json_is_read_is_an_unsupported_media_type()
    {
        using var form = new FormUrlEncodedContent([new("email", "a@example.org"), new("password", "long enough")]);
        using var response = await nodes.First.Http.PostAsync("/api/account/register", form, Cancelled);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/json", await DetailAsync(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api/contacts/none")]
    [InlineData("/api/imports/none")]
    public async Task What_there_is_not_is_not_found(string path)
    {
        using var response = await nodes.First.Http.GetAsync(path, Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.NotEmpty(await DetailAsync(response));
    }

    [Theory]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/inspector/nothing", HttpStatusCode.NotFound)]
    [InlineData("/importsnot", HttpStatusCode.NotFound)]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/imports/", HttpStatusCode.OK)]
    [InlineData("/chat?c=room%3Alobby", HttpStatusCode.OK)]
    [InlineData("/inspector/journey?id=1-00000001", HttpStatusCode.OK)]
    public async Task Page_answers_everywhere_and_says_where_there_is_nothing(string path, HttpStatusCode status)
    {
        using var response = await nodes.First.Http.GetAsync(path, Cancelled);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains("<div id=\"app\">", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/channels/{own}/events", "application/json", "")]
    [InlineData("/api/channels/{own}/events", "application/json", """{"event":"e","data":[""")]
    [InlineData("/api/channels/{own}/events", "application/json", """{"event":"e","data":"x"}}""")]
    [InlineData("/api/account/login", "application/json", """{"email":"a""")]
    [InlineData("/api/telemetry/v1/traces", "application/json", """{"resourceSpans":[{""")]
    [InlineData("/api/telemetry/v1/traces", "application/json", """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}""")]
    [InlineData("/api/telemetry/v1/traces", "application/x-protobuf", "nonsense")]
    [InlineData("/api/imports", "multipart/form-data; boundary=b", "--b\r\nno header\r\n")]
    public async Task No_refused_body_is_answered_in_the_words_of_a_library(string path, string type, string body)
    {
        var (client, email, _) = await nodes.First.SignUpAsync();
        using var content = new StringContent(body);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        using var response = await client.PostAsync(path.Replace("{own}", $"user:{Uri.EscapeDataString(email)}", StringComparison.Ordinal), content, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var detail = await DetailAsync(response);
        Assert.EndsWith(".", detail.Replace("/api/imports", "/api/imports.", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotMatch("depth|token|invalid start|JsonSerializer|PushApp[.]|System[.]|wire type|BytePosition|Path: ", detail);
        client.Dispose();
    }

    [Theory]
    [InlineData("/api/account/register", """{"email":"q@example.org","password":null}""", "$.password")]
    [InlineData("/api/account/login", """{"email":null,"password":null}""", "$.email")]
    [InlineData("/api/account/login", """{"email":[1],"password":"x"}""", "$.email")]
    [InlineData("/api/account/login", """{"email":""", "line 1")]
    [InlineData("/api/account/login", "", "body")]
    [InlineData("/api/account/login", "null", "body")]
    public async Task A_body_that_cannot_be_read_is_told_where_and_in_no_words_of_the_code(string path, string body, string says)
    {
        using var response = await nodes.First.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var detail = await DetailAsync(response);
        Assert.Contains(says, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Request", detail.Replace("The request", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_is_none_is_told_by_the_parameters_name()
    {
        var (_, _, cookie) = await nodes.First.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/contacts?page=abc");
        request.Headers.Add("Cookie", cookie);
        using var response = await nodes.First.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("'page' cannot be 'abc'.", await DetailAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_too_long_for_its_channels_is_refused_and_the_longest_works_with_any_other()
    {
        using var tooLong = await RegisterAsync(new string('a', 64) + "@" + new string('b', 30) + ".example.org");
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
        Assert.Contains("too long", await tooLong.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);

        // 98 characters: both in one direct channel are exactly what a channel's name may have.
        using var longest = await RegisterAsync(Guid.NewGuid().ToString("N") + new string('a', 32) + "@" + new string('b', 21) + ".example.org");
        Assert.Equal(HttpStatusCode.OK, longest.StatusCode);

        Task<HttpResponseMessage> RegisterAsync(string email) =>
            nodes.First.Http.PostAsJsonAsync("/api/account/register", new { email, password = "correct horse" }, Cancelled);
    }

    [Fact]
    public async Task A_refused_sign_in_says_why_in_words()
    {
        using var response = await nodes.First.Http.PostAsJsonAsync("/api/account/login", new { email = "nobody@example.org", password = "wrong" }, Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("password is wrong", await DetailAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_with_an_ended_sign_in_gets_no_visitors_stream_in_its_place()
    {
        var (_, _, cookie) = await nodes.First.SignUpAsync();
        using var logout = new HttpRequestMessage(HttpMethod.Post, "/api/account/logout");
        logout.Headers.Add("Cookie", cookie);
        using (await nodes.First.Http.SendAsync(logout, Cancelled))
        {
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await OpenAsync("Cookie", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await OpenAsync("Cookie", cookie[..^20]));
        Assert.Equal(HttpStatusCode.Unauthorized, await OpenAsync("Authorization", "Bearer nope"));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync("X-Nothing", "of interest"));

        async Task<HttpStatusCode> OpenAsync(string header, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sse/");
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await nodes.Second.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
            return response.StatusCode;
        }
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString() ?? "";
}
