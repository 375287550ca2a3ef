using Kola.Machines.Images;

namespace Kola.Tests.Machines.Images;

/// <summary>Keeps what was reported, at once and in order (Progress of .NET reports later, from the pool).</summary>
internal sealed class Recorder(List<ImageProgress> steps) : IProgress<ImageProgress>
{
    public void Report(ImageProgress value)
    {
        lock (steps)
            steps.Add(value);
    }
}
