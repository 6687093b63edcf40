using System.Text;
using PushApp.Push.Api;

namespace PushApp.Tests.Unit.Push.Api;

public sealed class PublishRequestReaderTests
{
    [Theory]
    [InlineData("""{"event":"e","data":"text"}""", "text")]
    [InlineData("""{"event":"e","data":""}""", "")]
    [InlineData("""{"event":"e","data":"a\u00fc\n\"b\""}""", "aü\n\"b\"")]
    [InlineData("""{"event":"e","data":{ "n": 1.0, "n" :2e3 , "u":"\u00fc"}}""", """{ "n": 1.0, "n" :2e3 , "u":"\u00fc"}""")]
    [InlineData("""{"event":"e","data": [1, [2]] }""", "[1, [2]]")]
    [InlineData("""{"event":"e","data":1.50}""", "1.50")]
    [InlineData("""{"event":"e","data":null}""", "null")]
    [InlineData("""{"event":"e","data":true}""", "true")]
    [InlineData("""{"data":"é","event":"e"}""", "é")]
    public void A_string_is_its_text_and_any_other_json_is_its_literal_as_sent(string json, string data)
    {
        Assert.True(PublishRequestReader.TryRead(Encoding.UTF8.GetBytes(json), out var request, out var error), error);
        Assert.Equal("e", request.Event);
        Assert.Equal(data, request.Data);
        Assert.True(request.History);
        Assert.Null(request.TtlSeconds);
    }

    [Fact]
    public void Time_to_live_and_history_are_read_also_after_a_byte_order_mark()
    {
        Assert.True(PublishRequestReader.TryRead("\uFEFF{\"event\":\"e\",\"data\":\"\",\"ttlSeconds\":60,\"history\":false}"u8, out var request, out var error), error);
        Assert.Equal(60, request.TtlSeconds);
        Assert.False(request.History);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("nonsense", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"event":"e","data":"x"} trailing""", "not JSON")]
    [InlineData("""{"event":"e","data":{"a":}}""", "not JSON")]
    [InlineData("[]", "JSON object")]
    [InlineData("null", "JSON object")]
    [InlineData("\"text\"", "JSON object")]
    [InlineData("{}", "event")]
    [InlineData("""{"event":"","data":"x"}""", "event")]
    [InlineData("""{"event":1,"data":"x"}""", "event")]
    [InlineData("""{"event":null,"data":"x"}""", "event")]
    [InlineData("""{"event":"e"}""", "data")]
    [InlineData("""{"event":"e","data":"a","data":"b"}""", "twice")]
    [InlineData("""{"event":"e","data":"x","ttlSeconds":0}""", "ttlSeconds")]
    [InlineData("""{"event":"e","data":"x","ttlSeconds":-5}""", "ttlSeconds")]
    [InlineData("""{"event":"e","data":"x","ttlSeconds":1.5}""", "ttlSeconds")]
    [InlineData("""{"event":"e","data":"x","ttlSeconds":"60"}""", "ttlSeconds")]
    [InlineData("""{"event":"e","data":"x","ttlSeconds":99999999999}""", "ttlSeconds")]
    [InlineData("""{"event":"e","data":"x","history":"no"}""", "history")]
    [InlineData("""{"event":"e","data":"x","ttl":1}""", "ttl")]
    [InlineData("""{"event":"\ud800","data":"x"}""", "UTF-8")]
    [InlineData("""{"event":"e","data":"\ud800"}""", "UTF-8")]
    public void What_is_no_event_is_refused_with_what_to_send(string json, string says)
    {
        Assert.False(PublishRequestReader.TryRead(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Contains(says, error);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        byte[] json = [.. "{\"event\":\"e\",\"data\":[\""u8, 0xFF, .. "\"]}"u8];
        Assert.False(PublishRequestReader.TryRead(json, out _, out var error));
        Assert.Contains("UTF-8", error);
    }

    [Fact]
    public void Nesting_has_a_bound() =>
        Assert.False(PublishRequestReader.TryRead(Encoding.UTF8.GetBytes($$"""{"event":"e","data":{{new string('[', 10_000)}}"""), out _, out _));
}
