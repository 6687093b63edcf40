using System.Runtime.InteropServices;

namespace PushApp.Push;

/// <summary>
/// What the C library keeps of memory that was freed. Thousands of openings make the compiler work, which takes megabytes meanwhile, and glibc gives back by itself only what lies at the end of each of its heaps.
/// </summary>
internal static partial class NativeHeap
{
    // glibc's alone: musl has no such call, and gives back by itself.
    private static readonly bool CanTrim = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out _);

    /// <summary>Gives it back to the system (malloc_trim(3)). Whoever allocates natively waits meanwhile, some milliseconds.</summary>
    public static void Trim()
    {
        if (CanTrim)
        {
            // What it returns is whether there was anything to give back.
            _ = MallocTrim(0);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
