namespace Aspire.Hosting;

/// <summary>An AppHost that cannot go on says why in a line, not in a stack trace.</summary>
internal static class ErrorLine
{
    private static int _on;

    public static void PrintInsteadOfStackTraces()
    {
        if (Interlocked.Exchange(ref _on, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            {
                if (unhandled.ExceptionObject is DistributedApplicationException exception)
                {
                    Console.Error.WriteLine($"error: {exception.Message}");
                    Environment.Exit(1);
                }
            };
        }
    }
}
