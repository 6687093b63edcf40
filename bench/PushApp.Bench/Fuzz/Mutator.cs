namespace PushApp.Bench.Fuzz;

/// <summary>Makes cases: one of the corpus, changed a few times, sometimes crossed with another, sometimes nothing but noise.</summary>
internal sealed class Mutator(IReadOnlyList<FuzzCase> corpus, IReadOnlyList<byte[]> tokens)
{
    // Larger ones only take time: parsers do not care how often.
    private const int MaxLength = 4096;

    public FuzzCase Make(SeededRandom random)
    {
        if (random.OneIn(20))
        {
            return new FuzzCase([.. Enumerable.Range(0, 1 + random.Below(4)).Select(_ => new FuzzMessage(Noise(random, 64), random.OneIn(3)))]);
        }

        List<FuzzMessage> messages = [.. random.Of(corpus).Messages];
        for (var changes = random.Below(9); changes > 0; changes--)
        {
            Change(messages, random);
        }

        return new FuzzCase(messages);
    }

    private void Change(List<FuzzMessage> messages, SeededRandom random)
    {
        var at = random.Below(messages.Count);
        var message = messages[at];
        switch (random.Below(16))
        {
            case 0:
                messages.Insert(at, message);
                break;
            case 1 when messages.Count > 1:
                messages.RemoveAt(at);
                break;
            case 2:
                messages[at] = message with { IsBinary = !message.IsBinary };
                break;
            case 3:
                messages.AddRange(random.Of(corpus).Messages);
                break;
            case 4:
                messages[at] = message with { Bytes = Splice(message.Bytes, random.Of(random.Of(corpus).Messages).Bytes, random) };
                break;
            default:
                messages[at] = message with { Bytes = Change(message.Bytes, random) };
                break;
        }

        if (messages.Count > 20)
        {
            messages.RemoveRange(20, messages.Count - 20);
        }
    }

    private byte[] Change(byte[] bytes, SeededRandom random)
    {
        var at = random.Below(bytes.Length + 1);
        var length = random.Below(Math.Min(16, bytes.Length - at) + 1);
        byte[] changed = random.Below(6) switch
        {
            0 when at < bytes.Length => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Below(8))), .. bytes[(at + 1)..]],
            1 when at < bytes.Length => [.. bytes[..at], (byte)random.Below(256), .. bytes[(at + 1)..]],
            2 => [.. bytes[..at], .. bytes[(at + length)..]],
            3 => [.. bytes[..at], .. Enumerable.Repeat(bytes[at..(at + length)], 1 + random.Below(40)).SelectMany(part => part), .. bytes[at..]],
            4 => [.. bytes[..at], .. Noise(random, 8), .. bytes[at..]],
            _ => [.. bytes[..at], .. random.Of(tokens), .. bytes[(at + (random.OneIn(2) ? length : 0))..]],
        };
        return changed.Length <= MaxLength ? changed : changed[..MaxLength];
    }

    private static byte[] Splice(byte[] left, byte[] right, SeededRandom random) => [.. left[..random.Below(left.Length + 1)], .. right[random.Below(right.Length + 1)..]];

    private static byte[] Noise(SeededRandom random, int most)
    {
        var bytes = new byte[random.Below(most + 1)];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.Below(256);
        }

        return bytes;
    }
}
