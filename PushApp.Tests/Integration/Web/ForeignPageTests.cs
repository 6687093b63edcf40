using System.Net;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Pages of other sites that may connect, but not with the cookies of the site's user.</summary>
public sealed class ForeignPageTests
{
    [Fact]
    public async Task A_page_of_another_site_connects_as_a_visitor_whatever_cookie_its_browser_sends()
    {
        using var folder = new TempFolder("foreign");
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        await using var node = await WebNode.StartAsync(
            broker.ConnectionString, $"Data Source={folder.Combine("contacts.db")}", new Dictionary<string, string?> { ["SocketIO__Engine__AllowedOrigins__0"] = "https://app.example.com" });
        var (http, _, cookie) = await node.SignUpAsync();
        http.Dispose();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
        request.Headers.Add("Origin", "https://app.example.com");
        request.Headers.Add("Cookie", cookie);
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
