using Kola.Machines;
using Kola.Results.Events;

namespace Kola.Scenarios.Live;

/// <summary>Whose fault an exception is.</summary>
internal static class Judgement
{
    /// <summary>
    /// A guest's failure is the product's; everything else (host, input, a defect of Kola) says nothing about the product.
    /// An exception while the run is being stopped is the stop's doing.
    /// </summary>
    public static Outcome Of(Exception exception, CancellationToken stopping) => exception switch
    {
        _ when stopping.IsCancellationRequested => Outcome.Interrupted,
        NotProvenException => Outcome.NotProven,
        GuestException => Outcome.Failed,
        _ => Outcome.Infrastructure,
    };

    /// <summary>Who is to blame, where an attempt did not pass.</summary>
    public static Blame Blame(Exception exception) => exception switch
    {
        GuestException => Results.Events.Blame.Product,
        InputException or NotProvenException => Results.Events.Blame.Scenario,
        MachineException => Results.Events.Blame.Host,
        _ => Results.Events.Blame.Kola,
    };

    /// <summary>What to tell people. A defect of Kola is told with its place, as nobody can act on it otherwise.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        OperationCanceledException => "stopped before it ended",
        MachineException => exception.Message,
        _ => $"Kola itself failed, please report it: {exception.GetType().Name}: {exception.Message} ({Place(exception)})",
    };

    /// <summary>The innermost of Kola's own frames.</summary>
    private static string Place(Exception exception) =>
        exception.StackTrace?.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("at Kola.", StringComparison.Ordinal)) ?? "no place known";
}
