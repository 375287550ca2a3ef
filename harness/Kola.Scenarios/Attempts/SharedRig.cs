using Kola.Scenarios.Live;

namespace Kola.Scenarios.Attempts;

/// <summary>
/// Machines that several scenarios use one after the other: the first brings them up, the next goes on with them as long as all before passed. After one that did not pass they are
/// closed, so that its failure is not another's, and the next brings up new ones.
/// </summary>
internal sealed class SharedRig(TimeSpan closeBound, TimeProvider time)
{
    private TeardownStack? opened;
    private Rig? rig;
    private AttemptLog? current;
    private string first = "";

    /// <summary>The machines; empty before they are made.</summary>
    public List<LiveMachine> Machines { get; private set; } = [];

    /// <summary>Where their consoles are kept: the folder of the attempt that brought them up; <see langword="null"/>: they are not up.</summary>
    public string? Folder { get; private set; }

    /// <summary>Whether no scenario comes after the one that runs.</summary>
    public bool IsLast { get; set; }

    /// <summary>Goes on with the machines, or brings them up.</summary>
    /// <param name="scenario">Id of the one that enters.</param>
    /// <param name="folder">Its attempt's.</param>
    /// <param name="log">What the machines tell goes to its attempt from now on.</param>
    /// <param name="bringUp">Brings them up, given a log for them and what takes over all that is opened.</param>
    public async Task<Rig> EnterAsync(string scenario, string folder, AttemptLog log, Func<AttemptLog, TeardownStack, Task<Rig>> bringUp)
    {
        current = log;
        if (rig is not null)
        {
            foreach (var live in Machines)
            {
                Directory.CreateDirectory(Path.Combine(folder, live.Name));
                log.Origin(live.Name, "shared", $"goes on with the machine of {first}, whose folder has its console", null);
            }

            return rig;
        }

        (first, Folder) = (scenario, folder);
        return rig = await bringUp(new AttemptLog(record => current?.Adopt(record), scenario, attempt: 1), opened = new(closeBound, time));
    }

    /// <summary>Closes the machines. Throws nothing.</summary>
    /// <returns>What could not be closed, and why.</returns>
    public async Task<IReadOnlyList<Exception>> CloseAsync()
    {
        var failures = opened is null ? [] : await opened.CloseAsync();
        (opened, rig, Folder, Machines) = (null, null, null, []);
        return failures;
    }
}
