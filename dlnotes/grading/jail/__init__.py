"""The wall and what crosses it: a parcel in, plain records out."""
