using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Hosting;

/// <summary>However the app ends, no process of it is left.</summary>
public sealed class AppHostEndTests
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_signal_ends_everything_in_order(int signal)
    {
        await using var host = await AppHostProcess.StartAsync(dotnetRun: false);

        host.First.Signal(signal);
        await host.First.WaitForExitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, host.First.ExitCode);
        await host.NothingLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SIGKILL_of_the_AppHost_or_of_the_dotnet_run_above_it_ends_everything(bool dotnetRun)
    {
        await using var host = await AppHostProcess.StartAsync(dotnetRun);

        // Only the one: its group, with the test's own watchdog, stays.
        host.First.Signal(9);

        await host.NothingLeftAsync();
    }
}
