using CsCheck;
using PushApp.SocketIO;

namespace PushApp.Tests.Unit.SocketIO;

public sealed class PythonMessageTests
{
    // pickle.dumps({"method": "emit", "event": "said", "data": ({"a": 1, "b": [True, None, -5, 2**70, 1.5, "é"]}, b"\x01\x02"), "namespace": "/", "room": "x"})
    private const string Body =
        "7d94288c066d6574686f64948c04656d6974948c056576656e74948c0473616964948c0464617461947d94288c0161944b018c0162945d9428884e4afbffffff8a09000000000000000040473ff80000000000008c02c3a99465754302010294"
        + "86948c096e616d657370616365948c012f948c04726f6f6d948c017894752e";

    [Theory]
    [InlineData("8004957f00000000000000" + Body)]
    [InlineData("8005957f00000000000000" + Body)]
    [InlineData(
        "80037d71002858060000006d6574686f6471015804000000656d6974710258050000006576656e747103580400000073616964710458040000006461746171057d71062858010000006171074b0158010000006271085d710928884e4afbffffff8a0900"
        + "0000000000000040473ff80000000000005802000000c3a9710a657543020102710b86710c58090000006e616d657370616365710d58010000002f710e5804000000726f6f6d710f5801000000787110752e")]
    public void Pickles_are_put_as_the_newest_release_puts_them(string hex) => Assert.Equal(
        """{"method":"emit","event":"said","namespace":"/","room":"x","binary":true,"data":[[{"a":1,"b":[true,null,-5,1180591620717411303424,1.5,"é"]},{"_placeholder":true,"num":0}],"AQI="]}""",
        Read(Convert.FromHexString(hex)).Json);

    [Theory]
    [InlineData("80049521000000000000007d94288c066d6574686f64948c04656d6974948c0464617461945d94680461752e", "over and over")] // a list that holds itself
    [InlineData("8004953a000000000000007d94288c066d6574686f64948c04656d6974948c0464617461948c05706f736978948c0673797374656d9493948c04747275659485945294752e", "more than plain data")] // os.system("true")
    [InlineData("8004288c00", "ends too early")]
    [InlineData("80042e", "more than one value")]
    [InlineData("8002882e", "protocol")]
    [InlineData("8004882e", "no dictionary")]
    public void What_is_no_plain_data_is_refused_with_the_reason(string hex, string reason) =>
        Assert.Contains(reason, Read(Convert.FromHexString(hex)).Reason!, StringComparison.Ordinal);

    [Fact]
    public void Few_bytes_that_stand_for_very_many_are_refused()
    {
        // {"data": x} where x is a list of the one before it, twice, forty times over: 2^40 texts.
        List<byte> pickle = [0x80, 4, .. "}("u8, 0x8c, 4, .. "data"u8, .. "]"u8, 0x94];
        for (byte i = 0; i < 40; i++)
        {
            pickle.AddRange([.. "0]"u8, 0x94, .. "(h"u8, i, (byte)'h', i, (byte)'e']);
        }

        var (_, reason) = Read([.. pickle, .. "u."u8]);
        Assert.Contains("over and over", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_end_in_json_or_a_reason() => Gen.Byte.Array[0, 60].Sample(
        bytes =>
        {
            var (json, reason) = Read([0x80, 4, .. bytes]);
            return json is null != reason is null;
        },
        iter: 20_000);

    private static (string? Json, string? Reason) Read(byte[] bytes)
    {
        if (!PythonMessage.TryParse(bytes, out var document, out var reason))
        {
            return (null, reason);
        }

        using (document)
        {
            return (document.RootElement.GetRawText(), null);
        }
    }
}
