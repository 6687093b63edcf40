using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace PushApp.LocalHosting.Engine;

/// <summary>The table of resources with state and address.</summary>
internal static class ResourceTable
{
    public static string Render(IEnumerable<ResourceRunner> runners, Func<string, CustomResourceSnapshot?> snapshotOf)
    {
        List<string[]> rows = [["resource", "state", "health", "address"]];
        foreach (var instance in runners.SelectMany(r => r.Instances))
        {
            var snapshot = snapshotOf(instance.Id);
            rows.Add([
                instance.Id,
                snapshot?.State?.Text ?? KnownResourceStates.NotStarted,
                snapshot?.HealthStatus?.ToString() ?? "",
                string.Join("  ", instance.Resource.Annotations.OfType<EndpointAnnotation>().Select(e => e.AllocatedEndpoint?.UriString)),
            ]);
        }

        var widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append("  ").AppendLine(string.Join("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return text.ToString();
    }
}
