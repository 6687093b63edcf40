using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PushApp.Push.Transport;

/// <summary>A descriptor of the system's that is no connection's. Not closed while a call with it is under way, so that whoever comes too late fails, and needs no lock to see that.</summary>
internal sealed class SystemHandle : SafeHandleMinusOneIsInvalid
{
    /// <param name="number">What the call has given.</param>
    /// <param name="call">Its name, for the error.</param>
    /// <exception cref="Win32Exception">It has given an error.</exception>
    public SystemHandle(int number, string call)
        : base(ownsHandle: true)
    {
        if (number < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed");
        }

        SetHandle(number);
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
