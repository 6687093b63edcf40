using System.Diagnostics;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>Compiles Floor/floor.c with the machine's C compiler, once per run.</summary>
internal sealed class FloorProgram : IDisposable
{
    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    private readonly DirectoryInfo _folder;

    private FloorProgram(DirectoryInfo folder) => _folder = folder;

    public string FileName => Path.Combine(_folder.FullName, "floor");

    /// <summary>Whether there is a compiler; the floor is left out where there is none.</summary>
    public static bool CanCompile => FindCompiler() is not null;

    public static async Task<FloorProgram> CompileAsync(CancellationToken cancellationToken)
    {
        var compiler = FindCompiler() ?? throw new BenchFailureException("The floor needs a C compiler: install gcc or clang, or leave 'floor' out of --targets.");
        var program = new FloorProgram(Directory.CreateTempSubdirectory("pushapp-bench-floor-"));
        try
        {
            var source = Path.Combine(AppContext.BaseDirectory, "Floor", "floor.c");
            var start = new ProcessStartInfo(compiler, ["-O2", "-o", program.FileName, source]) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? program : throw new BenchFailureException($"{compiler} could not compile {source}: {errors}");
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string? FindCompiler() => Programs.Find(Compilers);
}
