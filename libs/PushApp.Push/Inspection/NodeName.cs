using System.Globalization;
using System.Security.Cryptography;

namespace PushApp.Push.Inspection;

/// <summary>What this process is called among the others: the machine's name, and a part that is new at each start, as several may share a machine.</summary>
internal sealed class NodeName
{
    public string Value { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName.ToLowerInvariant()}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
}
