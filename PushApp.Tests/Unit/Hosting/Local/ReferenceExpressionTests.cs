using Aspire.Hosting.ApplicationModel;

namespace PushApp.Tests.Unit.Hosting.Local;

public sealed class ReferenceExpressionTests
{
    [Fact]
    public async Task Holes_are_filled_when_asked_and_braces_stay()
    {
        var password = new ParameterResource("password", () => "secret{0}", secret: true);
        var expression = ReferenceExpression.Create($"host:{"1"},{{}},password={password}");

        Assert.Equal("host:1,{},password=secret{0}", await expression.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Equal("host:1,{},password={password.value}", expression.ValueExpression);
    }
}
