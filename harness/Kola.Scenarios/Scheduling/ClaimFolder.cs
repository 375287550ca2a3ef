namespace Kola.Scenarios.Scheduling;

/// <summary>Claims as locked files. The kernel keeps the locks (flock), so a claim ends with its process however that ends.</summary>
internal sealed class ClaimFolder(string folder)
{
    private const int WouldBlock = 11;

    /// <summary>Those whose process lives. What others left is removed; the caller keeps everybody else from making claims meanwhile.</summary>
    public IReadOnlyList<Claim> Living()
    {
        Directory.CreateDirectory(folder);
        var living = new List<Claim>();
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (Claim.Parse(Path.GetFileName(path)) is not { } claim)
                continue;
            if (IsHeld(path))
                living.Add(claim);
            else
                File.Delete(path);
        }

        return living;
    }

    /// <summary>Makes a claim. Disposing what it returns ends it.</summary>
    /// <param name="ended">Called once when it has ended.</param>
    public Held Hold(Claim claim, Action ended)
    {
        var path = Path.Combine(folder, claim.FileName);
        // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix.
        return new(claim, path, new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None), ended);
    }

    private static bool IsHeld(string path)
    {
        try
        {
            using var mine = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return true;
        }
    }

    /// <summary>A claim of this process.</summary>
    internal sealed class Held(Claim claim, string path, FileStream file, Action ended) : IDisposable
    {
        private int left;

        public Claim Claim => claim;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0)
                return;
            try
            {
                // Removed before it is unlocked: nobody else can have locked it in between.
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Unlocked, it is no claim any more; whoever looks next removes it.
            }

            file.Dispose();
            ended();
        }
    }
}
