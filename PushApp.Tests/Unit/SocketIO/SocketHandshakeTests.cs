using PushApp.SocketIO;

namespace PushApp.Tests.Unit.SocketIO;

public sealed class SocketHandshakeTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("?", "{}")]
    [InlineData("?token=abc", """{"token":"abc"}""")]
    [InlineData("?a=1&a=2&A=3&b&c=x%2By+z", """{"a":"1","A":"3","b":"","c":"x\u002By z"}""")]
    public void A_query_is_an_object_of_the_first_value_of_each_name(string query, string auth) =>
        Assert.Equal(auth, new SocketHandshake(null!, query).Auth.GetRawText());
}
