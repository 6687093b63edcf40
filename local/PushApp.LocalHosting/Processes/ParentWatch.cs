using System.Runtime.InteropServices;

namespace PushApp.LocalHosting.Processes;

/// <summary>
/// Notices the end of the <c>dotnet run</c> that started this AppHost: killed, it cannot pass anything on. An AppHost started in another way may outlive its parent.
/// </summary>
internal static partial class ParentWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Calls <paramref name="gone"/> once, when that parent has ended.</summary>
    public static async Task RunAsync(Action gone, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var parent = GetParentId();
        if (!IsDotNetRun(parent))
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (GetParentId() == parent)
            {
                await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            }

            gone();
        }
        catch (OperationCanceledException)
        {
            // The app ends in another way.
        }
    }

    private static bool IsDotNetRun(int pid)
    {
        try
        {
            var arguments = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
            return Path.GetFileName(arguments[0]) == "dotnet" && arguments.Skip(1).Any(a => a is "run" or "watch");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();
}
