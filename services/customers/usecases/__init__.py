"""What customers can do: functions that doors and consumers call."""
