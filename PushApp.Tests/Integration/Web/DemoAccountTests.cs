using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

public sealed class DemoAccountTests
{
    private const string Email = "demo@pushapp.example";
    private const string Password = "try-pushapp";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_account_keeps_its_credentials_and_gets_them_back_at_start()
    {
        using var folder = new TempFolder("demo");
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, Cancelled);
        Dictionary<string, string?> settings = new() { ["Demo"] = "true" };
        var database = $"Data Source={folder.Combine("contacts.db")}";
        await using (var node = await WebNode.StartAsync(broker.ConnectionString, database, settings))
        {
            var cookie = await node.SignInAsync(Email, Password);
            object[] changes =
            [
                new { newPassword = "mine now 123", oldPassword = Password },
                new { newEmail = "mine@example.com" },
            ];
            foreach (var change in changes)
            {
                Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(node, cookie, "/api/account/manage/info", change));
            }

            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(node, cookie, "/API/account/manage/2fa", new { enable = true, twoFactorCode = "123456", resetSharedKey = true }));

            // Everybody else may, and wrong passwords lock no visitor out.
            var (_, _, own) = await node.SignUpAsync();
            Assert.Equal(HttpStatusCode.OK, await PostAsync(node, own, "/api/account/manage/info", new { newPassword = "other horse", oldPassword = "correct horse" }));
            for (var i = 0; i < 6; i++)
            {
                using var wrong = await node.Http.PostAsJsonAsync("/api/account/login?useCookies=true", new { email = Email, password = "wrong horse" }, Cancelled);
                Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            }

            await node.SignInAsync(Email, Password);
        }

        await using (var connection = new SqliteConnection($"{database};Pooling=False"))
        {
            await connection.OpenAsync(Cancelled);
            await using var command = connection.CreateCommand();
            command.CommandText =
                "UPDATE Users SET PasswordHash = (SELECT PasswordHash FROM Users WHERE UserName <> $demo), TwoFactorEnabled = 1, LockoutEnabled = 1, LockoutEnd = 4070908800000 WHERE UserName = $demo";
            command.Parameters.AddWithValue("$demo", Email);
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancelled));
        }

        await using var again = await WebNode.StartAsync(broker.ConnectionString, database, settings);
        await again.SignInAsync(Email, Password);
    }

    [Fact]
    public async Task Sharing_is_limited_and_says_when_to_go_on()
    {
        using var folder = new TempFolder("sharing");
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, Cancelled);
        await using var node = await WebNode.StartAsync(
            broker.ConnectionString, $"Data Source={folder.Combine("contacts.db")}", new Dictionary<string, string?> { ["Sharing__Burst"] = "2", ["Sharing__PerMinute"] = "1" });
        var (_, _, cookie) = await node.SignUpAsync();
        var (_, _, other) = await node.SignUpAsync();

        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(node, cookie, "/api/contacts/1/share", new { userName = "nobody@example.com" }));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(node, cookie, "/api/contacts/1/share", new { userName = "nobody@example.com" }));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contacts/1/share") { Content = JsonContent.Create(new { userName = "nobody@example.com" }) };
        request.Headers.Add("Cookie", cookie);
        using var refused = await node.Http.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("Wait", await refused.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(node, other, "/api/contacts/1/share", new { userName = "nobody@example.com" }));
    }

    private static async Task<HttpStatusCode> PostAsync(WebNode node, string cookie, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Cookie", cookie);
        using var response = await node.Http.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
