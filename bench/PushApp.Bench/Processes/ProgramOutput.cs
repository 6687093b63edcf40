using System.Diagnostics;

namespace PushApp.Bench.Processes;

/// <summary>What a program prints before it ends.</summary>
internal static class ProgramOutput
{
    /// <summary>Runs it; standard output, then standard error.</summary>
    public static async Task<string> ReadAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (output + await error).Trim();
    }
}
